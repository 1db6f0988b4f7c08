/** Lockout: how many consecutive failures an account may have, and how long it then stays locked. */
import { MfaError } from '../errors.ts';
import { UNTIL_UNLOCK } from '../record/fields.ts';
import type { Lockout } from '../record/record.ts';

/** Limits on guessing (NIST SP 800-63B-4 §3.2.2). The slow ones are applied in `guesses.ts`. */
export interface LockoutPolicy {
  /** Failures that lock, and again after each lock. */
  readonly maxFailures: number;
  /** Length of the first lock; each further one doubles it. */
  readonly durationSeconds: number;
  /** The longest lock that ends by itself. */
  readonly maxDurationSeconds: number;
  /** Consecutive failures after which only `unlock` helps. At most 100. */
  readonly hardLimit: number;
  /** Wrong codes of `slowDays` days after which two consecutive codes are asked for. No success resets them. */
  readonly slowLimit: number;
  /** The days in which the count of `slowLimit` wrong codes drains away, at a constant rate. */
  readonly slowDays: number;
}

/** Whether the account is locked at this instant. */
export function isLocked({ lockedUntil }: Lockout, now: number): boolean {
  return lockedUntil !== null && now < lockedUntil;
}

/**
 * Whether the account is locked at this instant for a living session too, that is, for step-up and proofs. A lock that
 * wrong passwords at the login alone made is not: whoever knows only a user id could otherwise keep the owner from every
 * change. The first failure in a session, before such a lock or during it, binds the session as well.
 */
export function isLockedInSession(lockout: Lockout, now: number): boolean {
  const { failures, passwordFailures, inSession, lockedUntil } = lockout;
  const byLoginsAlone = passwordFailures === failures && inSession !== true && lockedUntil !== UNTIL_UNLOCK;
  return isLocked(lockout, now) && !byLoginsAlone;
}

/**
 * How many failures a living session may still make until it is locked; 0 while it is. `null` if none is counted. While a
 * lock of wrong passwords alone runs it is 1: the first failure binds the session as well.
 */
export function triesLeft(lockout: Lockout, { maxFailures, hardLimit }: LockoutPolicy, now: number): number | null {
  if (isLockedInSession(lockout, now)) return 0;
  if (lockout.failures === 0) return null;
  if (isLocked(lockout, now)) return 1;
  return Math.min(maxFailures - (lockout.failures % maxFailures), hardLimit - lockout.failures);
}

/** The refusal of a locked account. */
export function lockedError({ lockedUntil }: Lockout): MfaError {
  return new MfaError('locked', { retryAt: lockEnd(lockedUntil) });
}

/** When a lock ends by itself: `null` for no lock, and for one that only `unlock` ends. */
export function lockEnd(lockedUntil: number | null): Date | null {
  return lockedUntil === null || lockedUntil === UNTIL_UNLOCK ? null : new Date(lockedUntil);
}

/** A failure to count. */
export interface Failure {
  /** Whether it was, or may turn out to be, a wrong password. */
  readonly password: boolean;
  /** Whether it came from a living session. */
  readonly inSession: boolean;
}

/** One failure more; every `maxFailures`th one locks. A lock that runs never becomes shorter by it. */
export function oneMoreFailure(
  lockout: Lockout,
  { password, inSession }: Failure,
  { policy, now }: { readonly policy: LockoutPolicy; readonly now: number },
): Lockout {
  const failures = lockout.failures + 1;
  const passwordFailures = lockout.passwordFailures + (password ? 1 : 0);
  const made = lockAfter(failures, policy, now);
  const running = isLocked(lockout, now) ? lockout.lockedUntil : null;
  const lockedUntil = made === null || running === null ? (made ?? running) : Math.max(made, running);
  return { ...lockout, failures, passwordFailures, ...(inSession && { inSession }), lockedUntil };
}

function lockAfter(failures: number, policy: LockoutPolicy, now: number): number | null {
  if (failures >= policy.hardLimit) return UNTIL_UNLOCK;
  if (failures % policy.maxFailures !== 0) return null;
  const doublings = failures / policy.maxFailures - 1;
  const seconds = Math.min(policy.durationSeconds * 2 ** doublings, policy.maxDurationSeconds);
  return now + seconds * 1000;
}

/** After a full success or `unlock`: no failures, no lock, and new streaks, which tell unsettled charges that they are gone. */
export function clearFailures(lockout: Lockout): Lockout {
  return endPasswordStreak(clearDownTo(0, lockout, null), lockout);
}

/**
 * The first factor begins streaks that no earlier life of the user had: what was charged before `forget` does not count as
 * charged in the new one.
 */
export function beginStreaks(lockout: Lockout, now: number): Lockout {
  const { streak, passwordStreak = 0 } = lockout;
  return { ...lockout, streak: Math.max(streak + 1, now), passwordStreak: Math.max(passwordStreak + 1, now) };
}

/**
 * After the success of a second factor alone. Wrong passwords stay counted: it says nothing about who knows the password.
 * For the same reason a lock that they would have made without the rest runs on.
 */
export function clearCodeFailures(lockout: Lockout, policy: LockoutPolicy, now: number): Lockout {
  const { failures, passwordFailures } = lockout;
  const { maxFailures, hardLimit } = policy;
  const madeBy = failures >= hardLimit ? hardLimit : failures - (failures % maxFailures);
  const runsOn = isLocked(lockout, now) && passwordFailures > 0 && passwordFailures >= madeBy;
  return clearDownTo(passwordFailures, lockout, runsOn ? lockout.lockedUntil : null);
}

/**
 * A charged attempt of a living session has failed, and its charge counts it.
 * @param kept - `passwordWasRight`: it was charged as a possible wrong password and turned out to be none
 */
export function keepCharge(lockout: Lockout, kept: { readonly passwordWasRight: boolean }): Lockout {
  const passwordFailures = Math.max(lockout.passwordFailures - (kept.passwordWasRight ? 1 : 0), 0);
  return { ...lockout, passwordFailures, inSession: true };
}

/** After a change of the password. A lock stays unless wrong passwords alone made it. */
export function clearPasswordFailures(lockout: Lockout): Lockout {
  const { failures, passwordFailures } = lockout;
  if (passwordFailures === 0) return lockout;
  const left = failures - passwordFailures;
  if (left === 0) return clearFailures(lockout);
  return endPasswordStreak({ ...lockout, failures: left, passwordFailures: 0 }, lockout);
}

/** @param before - if it counts no wrong password, no charge as one is open */
function endPasswordStreak(cleared: Lockout, before: Lockout): Lockout {
  const { passwordStreak = 0, passwordFailures } = before;
  return passwordFailures === 0 ? cleared : { ...cleared, passwordStreak: passwordStreak + 1 };
}

/** @param failures - how many stay counted, all of them wrong passwords */
function clearDownTo(failures: number, lockout: Lockout, lockedUntil: number | null): Lockout {
  const { inSession, streak, ...rest } = lockout;
  const cleared = { ...rest, failures, passwordFailures: failures, lockedUntil, streak };
  if (lockout.failures !== failures || lockout.lockedUntil !== lockedUntil) return { ...cleared, streak: streak + 1 };
  return inSession === true ? cleared : lockout;
}
