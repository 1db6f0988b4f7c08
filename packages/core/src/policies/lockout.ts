/** Lockout: how many consecutive failures an account may have, and how long it then stays locked. */
import { MfaError } from '../errors.ts';
import { UNTIL_UNLOCK } from '../record/fields.ts';
import type { Lockout } from '../record/record.ts';

/** Limits on guessing (NIST SP 800-63B-4 §3.2.2). */
export interface LockoutPolicy {
  /** Failures that lock, and again after each lock. */
  readonly maxFailures: number;
  /** Length of the first lock; each further one doubles it. */
  readonly durationSeconds: number;
  readonly maxDurationSeconds: number;
  /** Consecutive failures after which only `unlock` helps. At most 100. */
  readonly hardLimit: number;
}

/** Whether the account is locked at this instant. */
export function isLocked({ lockedUntil }: Lockout, now: number): boolean {
  return lockedUntil !== null && now < lockedUntil;
}

/** The refusal of a locked account. */
export function lockedError({ lockedUntil }: Lockout): MfaError {
  return new MfaError('locked', { retryAt: lockEnd(lockedUntil) });
}

/** When a lock ends by itself: `null` for no lock, and for one that only `unlock` ends. */
export function lockEnd(lockedUntil: number | null): Date | null {
  return lockedUntil === null || lockedUntil === UNTIL_UNLOCK ? null : new Date(lockedUntil);
}

/**
 * One failure more; every `maxFailures`th one locks. Call only while not locked.
 * @param password - whether it was, or may turn out to be, a wrong password
 */
export function oneMoreFailure(
  lockout: Lockout,
  { password, policy, now }: { readonly password: boolean; readonly policy: LockoutPolicy; readonly now: number },
): Lockout {
  const failures = lockout.failures + 1;
  const passwordFailures = lockout.passwordFailures + (password ? 1 : 0);
  return { ...lockout, failures, passwordFailures, lockedUntil: lockAfter(failures, policy, now) };
}

function lockAfter(failures: number, policy: LockoutPolicy, now: number): number | null {
  if (failures >= policy.hardLimit) return UNTIL_UNLOCK;
  if (failures % policy.maxFailures !== 0) return null;
  const doublings = failures / policy.maxFailures - 1;
  const seconds = Math.min(policy.durationSeconds * 2 ** doublings, policy.maxDurationSeconds);
  return now + seconds * 1000;
}

/** After a full success or `unlock`: no failures, no lock, and a new streak, which tells unsettled charges that they are gone. */
export function clearFailures(lockout: Lockout): Lockout {
  return clearDownTo(0, lockout);
}

/** After the success of a second factor alone. Wrong passwords stay counted: it says nothing about who knows the password. */
export function clearCodeFailures(lockout: Lockout): Lockout {
  return clearDownTo(lockout.passwordFailures, lockout);
}

/** After a change of the password. A lock stays unless wrong passwords alone made it. */
export function clearPasswordFailures(lockout: Lockout): Lockout {
  const { failures, passwordFailures } = lockout;
  if (passwordFailures === 0) return lockout;
  const left = failures - passwordFailures;
  const lockedUntil = left === 0 ? null : lockout.lockedUntil;
  return { failures: left, passwordFailures: 0, lockedUntil, streak: lockout.streak + 1 };
}

function clearDownTo(failures: number, lockout: Lockout): Lockout {
  return lockout.failures === failures && lockout.lockedUntil === null
    ? lockout
    : { failures, passwordFailures: failures, lockedUntil: null, streak: lockout.streak + 1 };
}
