import { outcomeOf } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';

describe('spent tokens: at most 32 are listed, and a watermark voids the rest', () => {
  test('a thousand sign-ins within their tokens’ lives leave a record of bounded size, and no token is good again', async () => {
    const { mfa, store, clock, enroll, token } = stage({ totp: { periodSeconds: 1 }, challengeTtlSeconds: 600 });
    const ann = await enroll('ann');
    const tokens: string[] = [];
    for (let signIn = 0; signIn < 100; signIn++) {
      const held = await token('ann');
      tokens.push(held);
      await mfa.verify({ token: held, code: ann.code() });
      clock.advance({ seconds: 1 });
    }
    const record = await store.record('ann');
    expect(record.spentChallenges).toHaveLength(32);
    expect(JSON.stringify(record).length).toBeLessThan(8192);
    for (const held of tokens) {
      clock.advance({ seconds: 1 });
      expect(await outcomeOf(mfa.verify({ token: held, code: ann.code() }))).toMatch(/^(?:token_used|invalid_token)$/);
    }
  });

  test('an open token that expires later than those that were dropped stays good', async () => {
    const { mfa, clock, enroll, token } = stage({ totp: { periodSeconds: 1 }, challengeTtlSeconds: 600 });
    const ann = await enroll('ann');
    for (let signIn = 0; signIn < 40; signIn++) {
      await mfa.verify({ token: await token('ann'), code: ann.code() });
      clock.advance({ seconds: 1 });
    }
    const held = await token('ann');
    clock.advance({ seconds: 1 });
    expect(await outcomeOf(mfa.verify({ token: held, code: ann.code() }))).toBe('accepted');
  });

  test('a change of factors leaves the list: not every kind of token has an epoch', async () => {
    const { mfa, store, enroll, token } = stage();
    const ann = await enroll('ann');
    await mfa.verify({ token: await token('ann'), code: ann.code() });
    const listed = (await store.record('ann')).spentChallenges;
    await mfa.reset('ann');
    expect((await store.record('ann')).spentChallenges).toEqual(listed);
    expect(listed).toHaveLength(1);
  });

  test('tokens that expired on every server are dropped', async () => {
    const { mfa, store, clock, enroll, token } = stage();
    const ann = await enroll('ann');
    await mfa.verify({ token: await token('ann'), code: ann.code() });
    clock.advance({ minutes: 15 });
    clock.advance({ seconds: 1 });
    await mfa.verify({ token: await token('ann'), code: ann.code() });
    expect((await store.record('ann')).spentChallenges).toHaveLength(1);
  });
});
