/** Resealing: moves every secret of a record under the newest key. */
import type { TransitionContext } from '../decision.ts';
import { mapSealed, sealedSecrets } from '../record/map-sealed.ts';
import type { MfaRecord } from '../record/record.ts';

/** The record with all that can be opened under the newest key. What cannot be opened stays as it is. */
export function reseal(record: MfaRecord, context: TransitionContext): MfaRecord {
  if (isCurrent(record, context)) return record;
  const { userId, secrets } = context;
  return mapSealed(record, (stored) => {
    const secret = secrets.isNewest(stored) ? null : secrets.open(userId, stored);
    return secret === null ? stored.secret : secrets.seal(userId, stored, secret);
  });
}

/** Whether every secret of the record is sealed under the newest key. */
export function isCurrent(record: MfaRecord, { secrets }: TransitionContext): boolean {
  return sealedSecrets(record).every((stored) => secrets.isNewest(stored));
}
