/** Rule: one invariant or two of the design, checked on what was observed, with no look at the model's opinion. */
import { UNTIL_UNLOCK, type MfaEvent, type MfaRecord } from '@mfakit/core';
import type { Observation } from '../play.ts';

/** Throws if the invariant is broken. It may remember what it saw. */
export type Rule = (observation: Observation) => void | Promise<void>;

/** Refusals that reveal something to an attacker who guesses. */
export const GUESS_REFUSALS: readonly string[] = ['invalid_code', 'invalid_backup_code', 'invalid_password'];

export function isRecordLocked(record: MfaRecord | undefined, now: number): boolean {
  return now < (record?.lockout.lockedUntil ?? -Infinity);
}

/** Whether the lock, if there is one, stops living sessions too. */
export function isSessionLocked(record: MfaRecord | undefined, now: number): boolean {
  if (record === undefined || !isRecordLocked(record, now)) return false;
  const { failures, passwordFailures, inSession, lockedUntil } = record.lockout;
  return inSession === true || passwordFailures < failures || lockedUntil === UNTIL_UNLOCK;
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
