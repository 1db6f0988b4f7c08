import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { UNTIL_UNLOCK } from '../record/fields.ts';
import type { Lockout } from '../record/record.ts';
import {
  clearCodeFailures,
  clearFailures,
  clearPasswordFailures,
  oneMoreFailure,
  isLocked,
  isLockedInSession,
  keepCharge,
  lockedError,
  lockEnd,
  triesLeft,
  type LockoutPolicy,
} from './lockout.ts';

const SLOW = { slowLimit: 30, slowDays: 30 };
const POLICY: LockoutPolicy = {
  maxFailures: 10,
  durationSeconds: 1800,
  maxDurationSeconds: 86_400,
  hardLimit: 100,
  ...SLOW,
};
const NONE: Lockout = { failures: 0, passwordFailures: 0, lockedUntil: null, streak: 0 };
const START = Date.UTC(2026, 0, 1);
/** In seconds. */
const MINUTE = 60;

/** Fails until nothing but `unlock` helps, waiting out every lock. Gives each lock with the failure that brought it. */
function climb(policy: LockoutPolicy): readonly { readonly failures: number; readonly seconds: number }[] {
  const locks: { failures: number; seconds: number }[] = [];
  let lockout = NONE;
  let now = START;
  while (lockout.lockedUntil !== UNTIL_UNLOCK) {
    lockout = oneMoreFailure(lockout, { password: false, inSession: false }, { policy, now });
    if (lockout.lockedUntil === null) continue;
    const seconds = lockout.lockedUntil === UNTIL_UNLOCK ? Infinity : (lockout.lockedUntil - now) / 1000;
    locks.push({ failures: lockout.failures, seconds });
    if (lockout.lockedUntil !== UNTIL_UNLOCK) now = lockout.lockedUntil;
  }
  return locks;
}

test('R-33, R-37 the whole ladder: every ten failures lock for twice as long, a day at most, and a hundred for good', () => {
  expect(climb(POLICY)).toEqual([
    { failures: 10, seconds: 30 * MINUTE },
    { failures: 20, seconds: 60 * MINUTE },
    { failures: 30, seconds: 120 * MINUTE },
    { failures: 40, seconds: 240 * MINUTE },
    { failures: 50, seconds: 480 * MINUTE },
    { failures: 60, seconds: 960 * MINUTE },
    { failures: 70, seconds: 1440 * MINUTE },
    { failures: 80, seconds: 1440 * MINUTE },
    { failures: 90, seconds: 1440 * MINUTE },
    { failures: 100, seconds: Infinity },
  ]);
});

test('R-33 the hard limit counts where it is no multiple of the others', () => {
  expect(climb({ ...POLICY, maxFailures: 4, hardLimit: 9 }).map(({ failures }) => failures)).toEqual([4, 8, 9]);
  expect(climb({ ...POLICY, maxFailures: 1, hardLimit: 1 })).toEqual([{ failures: 1, seconds: Infinity }]);
});

test('R-37 a lock ends at its instant, not before', () => {
  const lockout = { ...NONE, failures: 10, lockedUntil: START };
  expect([START - 1, START, START + 1].map((now) => isLocked(lockout, now))).toEqual([true, false, false]);
  expect(isLocked(NONE, START)).toBe(false);
});

test('R-33 a lock until unlock does not end, and names no instant', () => {
  const lockout = { ...NONE, failures: 100, passwordFailures: 40, lockedUntil: UNTIL_UNLOCK };
  expect(isLocked(lockout, Date.UTC(9999, 11, 31))).toBe(true);
  expect(lockEnd(lockout.lockedUntil)).toBeNull();
  expect(lockedError(lockout)).toMatchObject({ code: 'locked', retryAt: null });
  expect(lockedError({ ...lockout, lockedUntil: START })).toMatchObject({ retryAt: new Date(START) });
});

test('clearing begins a new streak, and leaves what is clear as it is', () => {
  expect(clearFailures({ failures: 3, passwordFailures: 1, lockedUntil: START, streak: 7 })).toEqual({
    failures: 0,
    passwordFailures: 0,
    lockedUntil: null,
    streak: 8,
    passwordStreak: 1,
  });
  expect(clearFailures({ failures: 3, passwordFailures: 0, lockedUntil: null, streak: 7 })).toStrictEqual({
    ...NONE,
    streak: 8,
  });
  expect(clearFailures(NONE)).toBe(NONE);
});

test('each kind of failure has a streak of its own', () => {
  const mixed: Lockout = { failures: 3, passwordFailures: 1, lockedUntil: null, streak: 7, passwordStreak: 4 };
  expect(clearCodeFailures(mixed, POLICY, START)).toEqual({ ...mixed, failures: 1, streak: 8 });
  expect(clearPasswordFailures(mixed)).toEqual({ ...mixed, failures: 2, passwordFailures: 0, passwordStreak: 5 });
  expect(clearFailures(mixed)).toEqual({ ...NONE, streak: 8, passwordStreak: 5 });
  // No charge of a password is open: what there is not does not end.
  expect(clearPasswordFailures({ ...mixed, passwordFailures: 0 })).toEqual({ ...mixed, passwordFailures: 0 });
});

test('R-38 a second factor alone clears all but wrong passwords', () => {
  const mixed = [true, false, true, false].reduce(
    (lockout, password) => oneMoreFailure(lockout, { password, inSession: false }, { policy: POLICY, now: START }),
    NONE,
  );
  expect(mixed).toEqual({ ...NONE, failures: 4, passwordFailures: 2 });
  const cleared = clearCodeFailures(mixed, POLICY, START);
  expect(cleared).toEqual({ failures: 2, passwordFailures: 2, lockedUntil: null, streak: 1 });
  expect(clearCodeFailures(cleared, POLICY, START)).toBe(cleared);
  expect(clearCodeFailures({ ...cleared, lockedUntil: START }, POLICY, START)).toEqual({ ...cleared, streak: 2 });
});

const policies = fc
  .record({
    maxFailures: fc.integer({ min: 1, max: 100 }),
    durationSeconds: fc.integer({ min: 1, max: 100_000 }),
    maxDurationSeconds: fc.integer({ min: 1, max: 10_000_000 }),
    hardLimit: fc.integer({ min: 1, max: 100 }),
    slowLimit: fc.constant(SLOW.slowLimit),
    slowDays: fc.constant(SLOW.slowDays),
  })
  .filter(
    ({ maxFailures, hardLimit, durationSeconds, maxDurationSeconds }) =>
      hardLimit >= maxFailures && maxDurationSeconds >= durationSeconds,
  );

test.prop([policies])(
  'R-33, R-37 under every policy locks never shorten, keep their bound and end in a lock for good',
  (policy) => {
    const locks = climb(policy);
    const last = locks.at(-1);
    expect(last).toEqual({ failures: policy.hardLimit, seconds: Infinity });
    const lengths = locks.slice(0, -1).map(({ seconds }) => seconds);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    expect(lengths.every((seconds) => seconds >= policy.durationSeconds && seconds <= policy.maxDurationSeconds)).toBe(
      true,
    );
    const gaps = locks.map(({ failures }, i) => failures - (locks[i - 1]?.failures ?? 0));
    expect(gaps.every((gap) => gap <= policy.maxFailures)).toBe(true);
  },
);

describe('a lock that wrong passwords at the login alone made', () => {
  const END = START + 1_800_000;
  const LOCK: Lockout = { failures: 10, passwordFailures: 10, lockedUntil: END, streak: 0 };
  const more = (lockout: Lockout, password: boolean, inSession = true): Lockout =>
    oneMoreFailure(lockout, { password, inSession }, { policy: POLICY, now: START });

  test('binds a session only after the first failure in it, of whatever kind, and until it ends', () => {
    expect(isLocked(LOCK, START)).toBe(true);
    expect(isLockedInSession(LOCK, START)).toBe(false);
    for (const password of [true, false]) {
      expect(isLockedInSession(more(LOCK, password), START)).toBe(true);
      expect(isLockedInSession(more(LOCK, password), END)).toBe(false);
    }
  });

  test.each([
    ['with one wrong code among the failures', { ...LOCK, passwordFailures: 9 }],
    ['with one failure of a session among them', { ...LOCK, inSession: true } as const],
    ['until unlock', { ...LOCK, failures: 100, passwordFailures: 100, lockedUntil: UNTIL_UNLOCK }],
  ])('binds a session at once %s', (_what, lockout) => {
    expect(isLockedInSession(lockout, START)).toBe(true);
  });

  test('is not made shorter by a failure, except that the hard limit makes it endless', () => {
    expect(more(LOCK, false)).toEqual({ ...LOCK, failures: 11, inSession: true });
    expect(more(LOCK, true)).toEqual({ ...LOCK, failures: 11, passwordFailures: 11, inSession: true });
    expect(more(LOCK, true, false)).toStrictEqual({ ...LOCK, failures: 11, passwordFailures: 11 });
    const failure = { password: false, inSession: true };
    const last = oneMoreFailure(LOCK, failure, { policy: { ...POLICY, hardLimit: 11 }, now: START });
    expect(last.lockedUntil).toBe(UNTIL_UNLOCK);
    const late = { ...LOCK, failures: 19, lockedUntil: START + 9e9 };
    expect(more(late, false).lockedUntil).toBe(START + 9e9);
  });

  test('runs on after the success of a second factor alone, and a mixed one does not', () => {
    expect(clearCodeFailures(LOCK, POLICY, START)).toBe(LOCK);
    expect(clearCodeFailures(more(LOCK, false), POLICY, START)).toStrictEqual({ ...LOCK, streak: 1 });
    // No failure is cleared: what was charged stays charged.
    expect(clearCodeFailures(more(LOCK, true), POLICY, START)).toStrictEqual(more(LOCK, true, false));
    expect(clearCodeFailures({ ...LOCK, passwordFailures: 9 }, POLICY, START)).toEqual({
      failures: 9,
      passwordFailures: 9,
      lockedUntil: null,
      streak: 1,
    });
    const endless = { failures: 100, passwordFailures: 99, lockedUntil: UNTIL_UNLOCK, streak: 0 };
    expect(clearCodeFailures(endless, POLICY, START)).toMatchObject({ failures: 99, lockedUntil: null });
  });

  test('a charge that is kept binds the session, and is no wrong password if the password was right', () => {
    expect(keepCharge(LOCK, { passwordWasRight: false })).toEqual({ ...LOCK, inSession: true });
    expect(keepCharge(LOCK, { passwordWasRight: true })).toEqual({ ...LOCK, passwordFailures: 9, inSession: true });
    const none = { ...LOCK, passwordFailures: 0 };
    expect(keepCharge(none, { passwordWasRight: true })).toEqual({ ...none, inSession: true });
  });
});

test('tries left: none told before a failure, then as many as the next lock takes, none while a session is locked', () => {
  const left = (lockout: Partial<Lockout>, policy = POLICY): number | null =>
    triesLeft({ ...NONE, ...lockout }, policy, START);
  expect(left({})).toBeNull();
  expect(left({ failures: 1 })).toBe(9);
  expect(left({ failures: 9 })).toBe(1);
  // A lock that has run out.
  expect(left({ failures: 10, lockedUntil: START })).toBe(10);
  expect(left({ failures: 97 }, { ...POLICY, hardLimit: 98 })).toBe(1);
  expect(left({ failures: 10, lockedUntil: START + 1 })).toBe(0);
  expect(left({ failures: 100, passwordFailures: 100, lockedUntil: UNTIL_UNLOCK })).toBe(0);
  // Wrong passwords at the login alone: the first failure in a session locks it.
  expect(left({ failures: 10, passwordFailures: 10, lockedUntil: START + 1 })).toBe(1);
  expect(left({ failures: 10, passwordFailures: 10, lockedUntil: START + 1, inSession: true })).toBe(0);
});

test('a second factor lifts what is left of a lock once its wrong passwords are forgotten', () => {
  const mixed: Lockout = { failures: 1, passwordFailures: 0, lockedUntil: START + 1000, streak: 0 };
  expect(clearCodeFailures(mixed, POLICY, START)).toMatchObject({ failures: 0, lockedUntil: null });
});

test('a lock that only `unlock` ends was made by all its failures, also between two rungs', () => {
  const policy = { ...POLICY, hardLimit: 25 };
  const lockout = { ...NONE, failures: 25, lockedUntil: UNTIL_UNLOCK };
  const after = (passwordFailures: number): number | null =>
    clearCodeFailures({ ...lockout, passwordFailures }, policy, START).lockedUntil;
  expect([after(24), after(25)]).toEqual([null, UNTIL_UNLOCK]);
});
