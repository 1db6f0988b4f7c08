import type { TokenHolder } from '@mfakit/core';
import { outcomeOf, virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';

describe('R-53, invariant 7: a challenge token', () => {
  test('expires after five minutes, to the millisecond', async () => {
    for (const [milliseconds, outcome] of [
      [299_999, 'accepted'],
      [300_000, 'invalid_token'],
    ] as const) {
      const { mfa, clock, enroll } = stage();
      const ann = await enroll('ann');
      const begun = await mfa.begin('ann');
      if (begun.next !== 'verify') throw new Error('no challenge');
      expect(begun.expiresAt.getTime()).toBe(clock() + 300_000);
      clock.advance({ milliseconds });
      expect(await outcomeOf(mfa.verify({ token: begun.token, code: ann.code() }))).toBe(outcome);
    }
  });

  test('names what the user can answer with, and prompts only where a page needs one', async () => {
    const { mfa, enroll } = stage();
    await enroll('ann');
    const begun = await mfa.begin('ann');
    expect(begun).toMatchObject({ next: 'verify', methods: ['totp', 'backup_code'] });
    expect(begun).not.toHaveProperty('prompts');
  });

  test('completes once, also with another code and also after a restart', async () => {
    const { mfa, clock, enroll, token, another } = stage();
    const ann = await enroll('ann');
    const held = await token('ann');
    await mfa.verify({ token: held, code: ann.code() });
    clock.advance({ seconds: 30 });
    for (const instance of [mfa, another()]) {
      expect(await outcomeOf(instance.verify({ token: held, code: ann.code() }))).toBe('token_used');
      expect(await outcomeOf(instance.verify({ token: held, backupCode: ann.backupCodes[0] ?? '' }))).toBe(
        'token_used',
      );
    }
    expect((await mfa.status('ann')).backupCodesRemaining).toBe(10);
  });

  test('outlives wrong codes, but not beyond the lock', async () => {
    const { mfa, enroll, token } = stage();
    const ann = await enroll('ann');
    const held = await token('ann');
    const outcomes: string[] = [];
    for (let n = 0; n < 12; n++) outcomes.push(await outcomeOf(mfa.verify({ token: held, code: ann.wrongCode() })));
    expect(outcomes).toEqual([...Array.from({ length: 10 }, () => 'invalid_code'), 'locked', 'locked']);
  });

  test('several may be open, each completes once', async () => {
    const { mfa, clock, enroll, token } = stage();
    const ann = await enroll('ann');
    const [one, other] = [await token('ann'), await token('ann')];
    expect(one).not.toBe(other);
    await mfa.verify({ token: one, code: ann.code() });
    expect(await outcomeOf(mfa.verify({ token: other, code: ann.code() }))).toBe('code_already_used');
    clock.advance({ seconds: 30 });
    expect((await mfa.verify({ token: other, code: ann.code() })).userId).toBe('ann');
  });

  test('R-52 is bound to its user: nobody else can answer it, whoever presents it', async () => {
    const { mfa, enroll, token, store } = stage();
    const [ann, bob] = [await enroll('ann'), await enroll('bob')];
    const held = await token('ann');
    const outcomes = [
      await outcomeOf(mfa.verify({ token: held, code: bob.code() })),
      await outcomeOf(mfa.verify({ token: held, backupCode: bob.backupCodes[0] ?? '' })),
    ];
    expect(outcomes).toEqual(['invalid_code', 'invalid_backup_code']);
    expect((await store.record('bob')).lockout.failures).toBe(0);
    expect((await mfa.status('bob')).backupCodesRemaining).toBe(10);
    expect((await mfa.verify({ token: held, code: ann.code() })).userId).toBe('ann');
  });

  test('R-52 of user ids that look alike is for exactly one of them', async () => {
    const ids = ['ann', '\uFEFFann', 'ann ', 'ANN', '\u0430nn', 'an\u0303n', 'a\u00F1n'];
    const { mfa, clock, token } = stage();
    for (const userId of ids) await mfa.enforce(userId);
    for (const userId of ids) {
      const held = await token(userId);
      const { uri } = await mfa.setup({ token: held }, { accountName: 'x' });
      const verified = await mfa.confirm({ token: held }, { code: virtualAuthenticator(uri).code(clock()) });
      expect(verified.userId).toBe(userId);
      expect((await mfa.status(userId)).enabled).toBe(true);
    }
  });
});

test('R-52 tokenHolder names the user of a token of either purpose, and spends nothing', async () => {
  const { mfa, clock, enroll, token, store } = stage();
  const ann = await enroll('ann');
  await mfa.enforce('\uFEFFeve');
  const [signIn, enrollment] = [await token('ann'), await token('\uFEFFeve')];
  const writes = store.commits();
  for (let n = 0; n < 2; n++) {
    expect(await mfa.tokenHolder(signIn)).toEqual({ userId: 'ann', token: signIn });
    expect(await mfa.tokenHolder(enrollment)).toEqual({ userId: '\uFEFFeve', token: enrollment });
  }
  expect(store.commits()).toBe(writes);
  expect((await mfa.verify({ token: signIn, code: ann.code() })).userId).toBe('ann');
  clock.advance({ milliseconds: 299_999 });
  expect(await mfa.tokenHolder(signIn)).toEqual({ userId: 'ann', token: signIn });
  clock.advance({ milliseconds: 1 });
  expect(await outcomeOf(mfa.tokenHolder(signIn))).toBe('invalid_token');
});

test('R-52 the answer of tokenHolder stands for its token: same purpose, same expiry, spent once', async () => {
  const { mfa, clock, enroll, token } = stage();
  const ann = await enroll('ann');
  const holder = await mfa.tokenHolder(await token('ann'));
  const verify = (held: TokenHolder): Promise<unknown> => mfa.verify({ token: held, code: ann.code() });

  expect(await outcomeOf(mfa.setup({ token: holder }, { accountName: 'ann' }))).toBe('invalid_token');
  expect(await outcomeOf(verify({ ...holder }))).toBe('invalid_input');
  // @ts-expect-error A holder is no signed-in user.
  expect(await outcomeOf(mfa.setup(holder, { accountName: 'ann' }))).toBe('invalid_input');
  // @ts-expect-error The same.
  expect(await outcomeOf(mfa.confirm(holder, { code: ann.code() }))).toBe('invalid_input');
  expect(await outcomeOf(stage().mfa.verify({ token: holder, code: ann.code() }))).toBe('invalid_input');
  await verify(holder);
  clock.advance({ seconds: 30 });
  expect(await outcomeOf(verify(holder))).toBe('token_used');

  const late = await mfa.tokenHolder(await token('ann'));
  clock.advance({ minutes: 5 });
  expect(await outcomeOf(verify(late))).toBe('invalid_token');

  await mfa.enforce('eve');
  const eve = await mfa.tokenHolder(await token('eve'));
  expect(await outcomeOf(verify(eve))).toBe('invalid_token');
  const { uri } = await mfa.setup({ token: eve }, { accountName: 'eve' });
  expect((await mfa.confirm({ token: eve }, { code: virtualAuthenticator(uri).code(clock()) })).userId).toBe('eve');
});

test('R-54 a pending challenge is no session: it passes no other call', async () => {
  const { mfa, enroll, token, store } = stage();
  const ann = await enroll('ann');
  const held = await token('ann');
  const before = await store.dump('ann');
  for (const call of [
    mfa.setup({ token: held }, { accountName: 'ann' }),
    mfa.confirm({ token: held }, { code: ann.code() }),
  ]) {
    expect(await outcomeOf(call)).toBe('invalid_token');
  }
  // Calls for a signed-in user take a user id: a token is none of theirs.
  expect(await outcomeOf(mfa.stepUp(held, { code: ann.code() }))).toMatch(/not_enabled|invalid_input/);
  expect(await outcomeOf(mfa.disable(held, ann.proof()))).toMatch(/not_enabled|invalid_input/);
  expect(await store.dump('ann')).toBe(before);
});

test('R-54 the steps of a forced enrollment cannot be skipped or taken in another order', async () => {
  const { mfa, token } = stage();
  await mfa.enforce('eve');
  const held = await token('eve');
  expect(await outcomeOf(mfa.confirm({ token: held }, { code: '123456' }))).toBe('setup_not_started');
  expect(await outcomeOf(mfa.verify({ token: held, code: '123456' }))).toBe('invalid_token');
  expect((await mfa.begin('eve')).next).toBe('enroll');
  expect((await mfa.status('eve')).enabled).toBe(false);
});

test('R-50 no call takes a user id and a backup code for a sign-in', async () => {
  const { mfa, enroll } = stage();
  const ann = await enroll('ann');
  const backupCode = ann.backupCodes[0] ?? '';
  expect(await outcomeOf(mfa.verify({ userId: 'ann', backupCode } as never))).toBe('invalid_input');
  expect(await outcomeOf(mfa.verify({ token: 'ann', backupCode }))).toBe('invalid_token');
  // A step-up proves no first factor, and does not claim one.
  expect((await mfa.stepUp('ann', { backupCode })).amr).toEqual([]);
});
