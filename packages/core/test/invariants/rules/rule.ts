/** Rule: one or two invariants of the design, checked on what was observed, regardless of what the model expects. */
import type { MfaEvent, MfaRecord } from '@mfakit/core';
import type { Observation } from '../play.ts';

/** Throws if the invariant is broken. It may remember what it saw. */
export type Rule = (observation: Observation) => void | Promise<void>;

/** Refusals that reveal something to an attacker who guesses. */
export const GUESS_REFUSALS: readonly string[] = ['invalid_code', 'invalid_backup_code', 'invalid_password'];

export function isRecordLocked(record: MfaRecord | undefined, now: number): boolean {
  return now < (record?.lockout.lockedUntil ?? -Infinity);
}

/** Whether the user had a factor before the call. */
export function wasEnabled({ before }: Observation): boolean {
  return before !== null && before.record.factors.length > 0;
}

/** The TOTP factor that proved the call; `null` if none did. */
export function usedFactorId(events: readonly MfaEvent[]): string | null {
  for (const event of events) {
    if (event.type === 'verified' || event.type === 'factor_added') return event.factorId;
    if ('provenBy' in event && event.provenBy !== null) return event.provenBy.factorId;
  }
  return null;
}
