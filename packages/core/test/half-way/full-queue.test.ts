/** A full hash queue keeps nobody from what needs no hash, and refuses before it counts. */
import type { Mfa } from '@mfakit/core';
import { callsTaking, MFA_CALLS, outcomeOf, provenBy, quickHasher, readyForCalls } from '@mfakit/testkit';
import { describe, expect, test, vi } from 'vitest';
import { stage, type Stage } from '../harness.ts';
import { held } from './held.ts';

/** More attempts than any queue takes, and fewer of each user than one may have. */
const [USERS, ATTEMPTS] = [20, 30];
const LOCKOUT = { maxFailures: 100, hardLimit: 100 };

/** An instance whose hasher does not answer, and which has refused somebody as busy. */
async function full(on: Stage): Promise<{ readonly mfa: Mfa; readonly letGo: () => Promise<unknown> }> {
  const guessers: string[] = [];
  for (let n = 0; n < USERS; n++) guessers.push((await on.enroll(`guesser-${n}`)).userId);
  const hand = held();
  const mfa = on.another({ hasher: async (job) => hand.free.then(async () => quickHasher(job)) });
  const outcomes: string[] = [];
  const flood = guessers
    .flatMap((userId) => Array.from({ length: ATTEMPTS }, () => userId))
    .map(async (userId) => {
      outcomes.push(await outcomeOf(mfa.stepUp(userId, { backupCode: 'ZZZZ-ZZZZ-ZZZZ-ZZZZ' })));
    });
  await vi.waitUntil(() => outcomes.includes('busy'), { timeout: 20_000 });
  return {
    mfa,
    letGo: async () => {
      hand.letGo();
      return Promise.all(flood);
    },
  };
}

describe('while the queue is full', () => {
  test.each(['verify', 'stepUp', 'disable', 'removeFactor', 'setup'] as const)(
    '%s by a code is accepted: nothing is hashed for it',
    async (call) => {
      const on = stage({ lockout: LOCKOUT });
      const { mfa, letGo } = await full(on);
      const { input } = await readyForCalls(on, 'ann');
      expect(await outcomeOf(MFA_CALLS[call].run(mfa, input))).toBe('accepted');
      await letGo();
    },
  );

  const hashing = [...callsTaking('secondFactor'), ...callsTaking('proof')].map(
    (call) => [call, 'backupCode'] as const,
  );
  test.each([...hashing, ['regenerate', 'code'] as const])(
    '%s by a %s is busy, and is not counted',
    async (call, by) => {
      const on = stage({ lockout: LOCKOUT });
      const { user, input } = await readyForCalls(on, 'ann');
      const { mfa, letGo } = await full(on);
      const [stored, checked] = [await on.store.dump('ann'), on.passwordChecks()];
      const factor = by === 'code' ? { code: user.code() } : { backupCode: user.backupCodes[0] ?? '' };
      expect(await outcomeOf(MFA_CALLS[call].run(mfa, provenBy(input, factor)))).toBe('busy');
      expect(await on.store.dump('ann')).toBe(stored);
      expect(on.passwordChecks()).toBe(checked);
      await letGo();
    },
  );
});
