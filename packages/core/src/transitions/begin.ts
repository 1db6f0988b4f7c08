/** begin: what a user has to do next, once the first factor was accepted. */
import { isEnforced } from '../policies/enforcement.ts';
import { clearFailures, isLocked, lockedError } from '../policies/lockout.ts';
import type { MfaRecord } from '../record/record.ts';
import { accept, refuse, type Transition } from '../attempts/decision.ts';

/** The next step, and what it was decided on. */
export interface NextStep {
  readonly next: 'signed-in' | 'verify' | 'enroll';
  readonly record: MfaRecord;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A user without MFA is signed in by the first factor alone: for them that is the full success that clears failures. */
export const begin: Transition<NextStep> = (record, { now }) => {
  if (isLocked(record.lockout, now)) return refuse(lockedError(record.lockout));
  if (record.factors.length > 0) return accept({ next: 'verify', record, now });
  if (isEnforced(record, now)) return accept({ next: 'enroll', record, now });
  const result: NextStep = { next: 'signed-in', record, now };
  if (record.lockout.failures === 0) return accept(result);
  const cleared = { ...record, lockout: clearFailures(record.lockout) };
  return accept(result, { record: cleared, events: [{ type: 'account_unlocked', by: 'success' }] });
};
