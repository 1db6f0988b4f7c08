/** the password beside an assertion: what is charged, and what is not. */
import { callsTaking, MFA_CALLS, outcomeOf, TEST_PASSWORD, type BentResponse, type CallInput } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';
import {
  enrollPasskey,
  signedAlone,
  signedProof,
  signedVerify,
  withPasskeys,
  WRONG_SIGNATURE,
} from './passkey-harness.ts';

async function ann() {
  const on = stage(withPasskeys());
  const user = await enrollPasskey(on, 'ann');
  return { on, ...on, ...user };
}

type Ann = Awaited<ReturnType<typeof ann>>;

const CALLS = callsTaking('proof');

async function prove({ on, key, factorId }: Ann, call: (typeof CALLS)[number], password: string, bent?: BentResponse) {
  const proof = { ...(await signedProof(on, 'ann', key, bent)), password };
  const input = { userId: 'ann', factorId, setupCode: '', proof } as unknown as CallInput;
  return outcomeOf(MFA_CALLS[call].run(on.mfa, input));
}

describe.each(CALLS)('%s', (call) => {
  test.each<[string, string, BentResponse]>([
    ['a wrong signature', 'invalid_assertion', WRONG_SIGNATURE],
    ['a wrong origin', 'invalid_assertion', { clientData: { origin: 'https://evil.example' } }],
    ['a counter that went back', 'counter_regressed', { signCount: 0 }],
    ['another backup eligibility', 'backup_eligibility_changed', { backupEligible: true }],
  ])('%s beside the right password leaves nothing charged, and the password unchecked', async (_what, code, bent) => {
    const user = await ann();
    const checks = user.passwordChecks();
    expect(await prove(user, call, TEST_PASSWORD, bent)).toBe(code);
    const { lockout, guesses } = await user.store.record('ann');
    expect([lockout.failures, lockout.passwordFailures, guesses.level]).toEqual([0, 0, 0]);
    expect(user.passwordChecks()).toBe(checks);
    expect(user.events.some(({ type }) => type === 'attempt_charged')).toBe(false);
    expect(await prove(user, call, TEST_PASSWORD, { signCount: 9 })).toBe('accepted');
  });

  test('a wrong password beside a right assertion counts; the token is not spent', async () => {
    const user = await ann();
    const proof = await signedProof(user.on, 'ann', user.key);
    const input = (password: string) =>
      ({
        userId: 'ann',
        factorId: user.factorId,
        setupCode: '',
        proof: { ...proof, password },
      }) as unknown as CallInput;
    const run = async (password: string) => outcomeOf(MFA_CALLS[call].run(user.mfa, input(password)));
    expect(await run('wrong')).toBe('invalid_password');
    expect((await user.store.record('ann')).lockout).toMatchObject({ failures: 1, passwordFailures: 1 });
    expect(await run(TEST_PASSWORD)).toBe('accepted');
    expect((await user.store.record('ann')).lockout.failures).toBe(0);
  });

  test('a token of another user, another purpose or an earlier epoch is refused before anything is charged', async () => {
    const user = await ann();
    const { on, key, factorId } = user;
    const bob = await enrollPasskey(on, 'bob');
    const old = await signedProof(on, 'ann', key);
    // Both, so that their epochs are the same.
    for (const userId of ['ann', 'bob']) await on.mfa.passwordChanged(userId);
    const begun = await signedVerify(on, 'ann', key);
    const given = [old, await signedProof(on, 'bob', bob.key), begun, await signedAlone(on, key)];
    await on.mfa.enforce('eve');
    given.push({ ...begun, token: await on.token('eve') }, { ...begun, token: 'x' });
    const checks = user.passwordChecks();
    for (const [i, signed] of given.entries()) {
      const proof = { ...signed, password: TEST_PASSWORD };
      const input = { userId: 'ann', factorId, setupCode: '', proof } as unknown as CallInput;
      expect([i, await outcomeOf(MFA_CALLS[call].run(on.mfa, input))]).toEqual([i, 'invalid_token']);
    }
    expect((await on.store.record('ann')).lockout.failures).toBe(0);
    expect(user.passwordChecks()).toBe(checks);
  });

  test('without the password, a proof is required', async () => {
    const user = await ann();
    const proof = await signedProof(user.on, 'ann', user.key);
    const input = { userId: 'ann', factorId: user.factorId, setupCode: '', proof } as unknown as CallInput;
    expect(await outcomeOf(MFA_CALLS[call].run(user.mfa, input))).toBe('proof_required');
  });
});

test.each(CALLS)('%s: ten wrong passwords beside one right assertion lock', async (call) => {
  const user = await ann();
  const proof = await signedProof(user.on, 'ann', user.key);
  const run = async (password: string) => {
    const input = { userId: 'ann', factorId: user.factorId, setupCode: '', proof: { ...proof, password } };
    return outcomeOf(MFA_CALLS[call].run(user.mfa, input as unknown as CallInput));
  };
  for (let i = 0; i < 10; i++) expect(await run('wrong')).toBe('invalid_password');
  expect(await run(TEST_PASSWORD)).toBe('locked');
});

test('a token beside a code is spent with it, so that it proves once', async () => {
  const on = stage(withPasskeys());
  const user = await on.enroll('ann');
  const { token } = await on.mfa.challenge('ann');
  expect(await outcomeOf(on.mfa.stepUp('ann', { token, code: user.code() }))).toBe('accepted');
  on.clock.advance({ seconds: 30 });
  expect(await outcomeOf(on.mfa.stepUp('ann', { token, code: user.code() }))).toBe('token_used');
});

test('a step-up by passkey leaves wrong passwords counted; a whole sign-in clears them', async () => {
  const { on, mfa, store, key } = await ann();
  for (let i = 0; i < 3; i++) await mfa.passwordFailed('ann');
  await mfa.stepUp('ann', await signedProof(on, 'ann', key));
  expect((await store.record('ann')).lockout.failures).toBe(3);
  await mfa.passkeySignIn(await signedAlone(on, key));
  expect((await store.record('ann')).lockout.failures).toBe(3);
  await mfa.verify(await signedVerify(on, 'ann', key));
  expect((await store.record('ann')).lockout.failures).toBe(0);
});
