/** A token that was spent stays spent for a server whose clock is minutes behind, however many others were spent since. */
import { outcomeOf } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';

describe('R-53, invariant 7: a spent token', () => {
  test.each([1, 2, 5, 9, 9.9])('is refused by a server whose clock is %d minutes behind', async (minutesBehind) => {
    const on = stage();
    const ann = await on.enroll('ann');
    const begun = await on.mfa.begin('ann');
    if (begun.next !== 'verify') throw new Error('no challenge');
    await on.mfa.verify({ token: begun.token, code: ann.code() });
    // The last instant at which the other server takes the token for a fresh one.
    const behindMs = minutesBehind * 60_000;
    on.clock.set(begun.expiresAt.getTime() + behindMs - 1);
    // Another sign-in forgets the tokens that have expired.
    await on.mfa.verify({ token: await on.token('ann'), code: ann.code() });
    const behind = on.another({ clock: () => on.clock() - behindMs });
    const [backupCode = ''] = ann.backupCodes;
    expect(await outcomeOf(behind.verify({ token: begun.token, backupCode }))).toBe('token_used');
    expect((await on.mfa.status('ann')).backupCodesRemaining).toBe(10);
  });

  test('is refused though forty others were spent since, and the record lists 32', async () => {
    const on = stage({ backupCodes: { count: 100 } });
    const ann = await on.enroll('ann');
    const tokens: string[] = [];
    for (let n = 0; n < 41; n++) {
      on.clock.advance({ milliseconds: 10 });
      tokens.push(await on.token('ann'));
    }
    const order = [...tokens.keys()].map((n) => (n * 17) % tokens.length);
    for (const [i, n] of order.entries()) {
      // One that expires no later than one that was dropped from the list may be void by then; none is good twice.
      const spend = { token: tokens[n] ?? '', backupCode: ann.backupCodes[i] ?? '' };
      expect(['accepted', 'invalid_token']).toContain(await outcomeOf(on.mfa.verify(spend)));
      expect((await on.store.record('ann')).spentChallenges.length).toBeLessThanOrEqual(32);
    }
    const verified = on.events.filter(({ type }) => type === 'verified').length;
    expect(verified).toBeGreaterThanOrEqual(32);
    for (const token of tokens) {
      const outcome = await outcomeOf(on.mfa.verify({ token, backupCode: ann.backupCodes[99] ?? '' }));
      expect(['token_used', 'invalid_token']).toContain(outcome);
    }
    // A new one is as good as ever.
    on.clock.advance({ milliseconds: 10 });
    const fresh = { token: await on.token('ann'), backupCode: ann.backupCodes[99] ?? '' };
    expect(await outcomeOf(on.mfa.verify(fresh))).toBe('accepted');
  });
});
