import { describe, expect, test } from 'vitest';
import { outcomeOf, TEST_PASSWORD, virtualAuthenticator } from '@mfakit/testkit';
import { stage } from '../harness.ts';

describe('R-64 grace ends by the clock, to the millisecond', () => {
  test('for a user without a factor', async () => {
    const { mfa, clock } = stage();
    const from = new Date(clock() + 86_400_000);
    await mfa.enforce('eve', { from });
    expect(await mfa.begin('eve')).toEqual({ next: 'signed-in', enrollBy: from, sessionEpoch: 0, seq: 1 });
    clock.set(from.getTime() - 1);
    expect(await mfa.begin('eve')).toEqual({ next: 'signed-in', enrollBy: from, sessionEpoch: 0, seq: 1 });
    clock.set(from);
    expect(await mfa.begin('eve')).toMatchObject({ next: 'enroll', expiresAt: new Date(clock() + 600_000) });
    clock.set(from.getTime() + 1);
    expect((await mfa.begin('eve')).next).toBe('enroll');
  });

  test.each(['disable', 'removeFactor'] as const)('for the %s of the last factor', async (call) => {
    for (const [offset, outcome] of [
      [-1, 'accepted'],
      [0, 'required_by_policy'],
      [1, 'required_by_policy'],
    ] as const) {
      const { mfa, clock, enroll } = stage();
      const ann = await enroll('ann');
      const from = new Date(clock() + 86_400_000);
      await mfa.enforce('ann', { from });
      clock.set(from.getTime() + offset);
      const proof = ann.proof();
      const attempt = call === 'disable' ? mfa.disable('ann', proof) : mfa.removeFactor('ann', ann.factorId, proof);
      expect(await outcomeOf(attempt)).toBe(outcome);
      expect((await mfa.status('ann')).enabled).toBe(outcome !== 'accepted');
    }
  });

  test('for an enroll token that the grace overtakes', async () => {
    const { mfa, clock, token } = stage();
    await mfa.enforce('eve');
    const held = await token('eve');
    await mfa.enforce('eve', { from: new Date(clock() + 1000) });
    expect(await outcomeOf(mfa.setup({ token: held }, { accountName: 'eve' }))).toBe('enforcement_not_pending');
    clock.advance({ seconds: 1 });
    expect(await outcomeOf(mfa.setup({ token: held }, { accountName: 'eve' }))).toBe('accepted');
  });
});

test('R-64 a user who must enroll does so and is signed in by it, once', async () => {
  const { mfa, clock, token, events } = stage();
  await mfa.enforce('eve');
  expect(await mfa.status('eve')).toMatchObject({ enabled: false, enforcement: { from: new Date(clock()) } });
  const held = await token('eve');
  const { uri, factorId, backupCodes } = await mfa.setup({ token: held }, { accountName: 'eve' });
  expect(backupCodes).toHaveLength(10);
  const verified = await mfa.confirm({ token: held }, { code: virtualAuthenticator(uri).code(clock()) });
  expect(verified).toEqual({
    userId: 'eve',
    factorId,
    method: 'totp',
    amr: ['pwd', 'otp', 'mfa'],
    phishingResistant: false,
    authTime: new Date(clock()),
    backupCodesRemaining: 10,
    sessionEpoch: 0,
    seq: 4,
  });
  expect(events.map(({ type }) => type)).toEqual(['enforced', 'setup_started', 'factor_added', 'verified']);
  expect(events.at(-1)).toMatchObject({ operation: 'confirm', failures: 0, backupCodesRemaining: 10 });
  expect((await mfa.begin('eve')).next).toBe('verify');
  expect(await outcomeOf(mfa.setup({ token: held }, { accountName: 'eve' }))).toBe('token_used');
});

test('a token to enroll with is void once what required it was lifted, even if it is required anew', async () => {
  const { mfa } = stage();
  await mfa.enforce('eve');
  const begun = await mfa.begin('eve');
  if (begun.next !== 'enroll') throw new TypeError('The user is not forced to enroll.');
  await mfa.exempt('eve');
  await mfa.enforce('eve');
  expect(await outcomeOf(mfa.setup({ token: begun.token }, { accountName: 'eve' }))).toBe('invalid_token');
});

test('R-64 of several factors all but the last may go', async () => {
  const { mfa, clock, enroll } = stage();
  const ann = await enroll('ann');
  const { uri } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: ann.proof() });
  const second = virtualAuthenticator(uri);
  const { factorId } = await mfa.confirm({ userId: 'ann' }, { code: second.code(clock()) });
  await mfa.enforce('ann');
  clock.advance({ seconds: 30 });
  await mfa.removeFactor('ann', ann.factorId, ann.proof());
  clock.advance({ seconds: 30 });
  const proof = { password: TEST_PASSWORD, code: second.code(clock()) };
  expect(await outcomeOf(mfa.removeFactor('ann', factorId, proof))).toBe('required_by_policy');
  await mfa.exempt('ann');
  expect(await outcomeOf(mfa.removeFactor('ann', factorId, proof))).toBe('accepted');
});

test('R-64 a policy refusal needs no evidence, is not counted and spends nothing', async () => {
  const { mfa, enroll, store } = stage();
  const ann = await enroll('ann');
  await mfa.enforce('ann');
  const proof = ann.proof();
  for (let n = 0; n < 12; n++) expect(await outcomeOf(mfa.disable('ann', proof))).toBe('required_by_policy');
  expect((await store.record('ann')).lockout.failures).toBe(0);
  expect((await mfa.stepUp('ann', { code: ann.code() })).method).toBe('totp');
});

test('R-64 reset takes the factors, not the policy: the next sign-in is an enrollment', async () => {
  const { mfa, enroll } = stage();
  await enroll('ann');
  await mfa.enforce('ann');
  await mfa.reset('ann');
  expect((await mfa.begin('ann')).next).toBe('enroll');
});

test('enforce and exempt are told once, and only where they change something', async () => {
  const { mfa, clock, events, store } = stage();
  const from = new Date(clock() + 1000);
  await mfa.exempt('eve');
  await mfa.enforce('eve', { from });
  await mfa.enforce('eve', { from });
  await mfa.enforce('eve', {});
  await mfa.exempt('eve');
  await mfa.exempt('eve');
  expect(events.map(({ type, ...event }) => [type, 'from' in event ? event.from : null])).toEqual([
    ['enforced', from.getTime()],
    ['enforced', clock()],
    ['exempted', null],
  ]);
  expect(store.commits()).toBe(3);
  expect(await mfa.status('eve')).toMatchObject({ enforcement: null });
});
