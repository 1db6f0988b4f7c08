/** Shared reads: calls that ask for the same user while one read is under way wait for that one. */
import type { MfaRecord } from './record/record.ts';

/**
 * However many calls of a user are refused as `busy` at once, they look at the record together. The answer may be as old as
 * the read: use it to explain a refusal, never to decide.
 */
export function shareReads(read: (userId: string) => Promise<MfaRecord>): (userId: string) => Promise<MfaRecord> {
  const underWay = new Map<string, Promise<MfaRecord>>();
  return async (userId) => {
    const shared = underWay.get(userId) ?? read(userId).finally(() => underWay.delete(userId));
    underWay.set(userId, shared);
    return shared;
  };
}
