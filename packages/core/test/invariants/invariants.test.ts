/** The ten invariants over random lives: each call is compared with the model and checked by every rule. */
import { fc, test } from '@fast-check/vitest';
import type { StoredRecord } from '@mfakit/core';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { countHmac } from '../hmac-count.ts';
import { aliveDevices, isLocked, isSessionLocked, LIMITS, requiredFrom, type ModelUser } from './model.ts';
import { play } from './play.ts';
import { budgetOfConfirms, budgetOfGuesses, chargedBeforeSlowWork, deafWhileLocked } from './rules/guessing.ts';
import { devicesClaimNothing } from './rules/devices.ts';
import { historyTellsAll } from './rules/history.ts';
import { nothingInClear } from './rules/secrecy.ts';
import { backupCodesOnce, oneSuccessPerStep } from './rules/single-use.ts';
import { removedByProofOnly, tokensOnce } from './rules/standing.ts';
import { unreadable } from './rules/unreadable.ts';
import { forcedEnrollment, lives, USERS, type Step } from './steps.ts';
import { world } from './world.ts';

vi.mock('@noble/hashes/hmac.js', async (original) => countHmac(await original()));

beforeAll(() => {
  // Back-off after a lost answer: nothing here depends on how long it takes.
  vi.stubGlobal('setTimeout', (resume: () => void) => setImmediate(resume));
});
afterAll(() => void vi.unstubAllGlobals());

/** What `status` must say of a user. */
function statusOf(user: ModelUser, now: number): unknown {
  const locked = isLocked(user, now);
  const until = user.lockedUntil ?? Infinity;
  const from = requiredFrom(user, now);
  return {
    enabled: user.factors.length > 0,
    factors: user.factors.map(({ device }) => expect.objectContaining({ id: device.factorId })),
    backupCodesRemaining: user.codes.length,
    ...(user.setIsImported && user.codes.length > 0 && { backupCodesImported: true }),
    devices: aliveDevices(user, now).map(({ expiresAt }) =>
      expect.objectContaining({ expiresAt: new Date(expiresAt) }),
    ),
    locked,
    lockedUntil: locked && until !== Infinity ? new Date(until) : null,
    passwordNeeded: true,
    triesLeft: triesLeftOf(user, now),
    enforcement: from === null ? null : { from: new Date(from) },
    graceSince: user.graceSince === null ? undefined : new Date(user.graceSince),
    exemptUntil: user.exemptUntil !== null && now < user.exemptUntil ? new Date(user.exemptUntil) : undefined,
    sessionEpoch: expect.any(Number),
    seq: expect.any(Number),
  };
}

/** How many failures the session of a user may still make. */
function triesLeftOf(user: ModelUser, now: number): number | null {
  const { maxFailures, hardLimit } = LIMITS.lockout;
  if (isSessionLocked(user, now)) return 0;
  if (isLocked(user, now)) return 1;
  return user.failures === 0 ? null : Math.min(maxFailures - (user.failures % maxFailures), hardLimit - user.failures);
}

/** What is counted of failures, in the record and in the model. */
function countedIn(stored: StoredRecord | null): unknown {
  if (stored === null) return { failures: 0, passwordFailures: 0, inSession: false, level: 0, at: 0 };
  const { lockout, guesses } = stored.record;
  const { failures, passwordFailures, inSession = false } = lockout;
  return { failures, passwordFailures, inSession, ...guesses };
}
function countedBy({ failures, passwordFailures, inSession, guesses }: ModelUser): unknown {
  const level = expect.closeTo(guesses.level, 6) as unknown;
  return { failures, passwordFailures, inSession, level, at: guesses.at };
}

/** A life that only some thousands of random ones include: a forced enrollment clears a counted wrong password. */
const CLEARED_BY_ENROLLMENT: readonly Step[] = [
  { call: 'passwordFailed', user: 'bob', fault: 'none' },
  ...forcedEnrollment('bob'),
  ...Array.from({ length: 3 }, (): Step => {
    return { call: 'stepUp', factor: { pick: 'any backup code' }, user: 'bob', fault: 'none' };
  }),
];

/** `MFAKIT_TEST_LONG=1`: a thousand lives. A failure prints its seed. */
const LIVES = process.env['MFAKIT_TEST_LONG'] === '1' ? 1000 : 60;

/** One, and some of which each remembers what the others change. */
const PROCESSES = fc.constantFrom(1, 2, 8);

test.prop([fc.nat(), PROCESSES, lives], { numRuns: LIVES, examples: [[0, 1, CLEARED_BY_ENROLLMENT]] })(
  'invariants 1 to 10 hold after every step',
  async (seed, processes, steps) => {
    const here = world(seed, processes);
    const rules = [
      oneSuccessPerStep(here),
      backupCodesOnce(here),
      budgetOfGuesses(),
      budgetOfConfirms(),
      chargedBeforeSlowWork,
      deafWhileLocked(here),
      removedByProofOnly,
      tokensOnce(),
      nothingInClear(here),
      historyTellsAll(here),
      devicesClaimNothing,
    ];
    for (const step of steps) {
      const observation = await play(here, step);
      if (observation === null) continue;
      // The invariants first: if one is broken it should be named, not just the outcome that gives it away.
      for (const rule of rules) await rule(observation);
      const { user, outcome, expected, now } = observation;
      expect(outcome, `${step.call}, against the model`).toBe(expected);
      expect(observation.cost.commits > 0, `${step.call} (${outcome}) writes, against the model`).toBe(
        observation.writes,
      );
      expect(countedIn(observation.after), `${step.call}: counted and stored`).toEqual(countedBy(here.users[user]));
      const status = await here.app.mfa().status(user);
      expect(status, `status after ${step.call}, against the model`).toEqual(statusOf(here.users[user], now));
    }
    for (const user of USERS) await unreadable(here, user);
  },
  LIVES * 1000,
);
