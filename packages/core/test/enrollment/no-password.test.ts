/** Users without a password, in an application where others have one. */
import type { MfaOptions } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD, virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';

const ACCOUNT = { accountName: 'someone@example.com' };

/** Nina signs in by a link; Ann has a password. */
const verifyPassword: MfaOptions['verifyPassword'] = async (userId, password) =>
  userId === 'nina' ? 'none' : password === TEST_PASSWORD;

async function enroll(on: Stage, userId: string) {
  const { uri, factorId, backupCodes } = await on.mfa.setup({ userId }, ACCOUNT);
  const phone = virtualAuthenticator(uri);
  const code = (): string => {
    on.clock.advance({ seconds: 30 });
    return phone.code(on.clock());
  };
  const verified = await on.mfa.confirm({ userId }, { code: code() });
  return { code, factorId, backupCodes, verified };
}

describe('the second factor alone proves', () => {
  test.each(['disable', 'removeFactor', 'regenerate', 'setup'] as const)('%s', async (call) => {
    for (const [userId, outcome] of [
      ['nina', 'accepted'],
      ['ann', 'proof_required'],
    ] as const) {
      const on = stage({ verifyPassword });
      const { code, factorId } = await enroll(on, userId);
      const proof = { code: code() };
      const attempts = {
        disable: () => on.mfa.disable(userId, proof),
        removeFactor: () => on.mfa.removeFactor(userId, factorId, proof),
        regenerate: () => on.mfa.regenerate(userId, proof),
        setup: () => on.mfa.setup({ userId }, { ...ACCOUNT, proof }),
      };
      expect(await outcomeOf(attempts[call]())).toBe(outcome);
    }
  });

  test('a password sent anyway is refused, whatever it is, and proves nothing', async () => {
    const on = stage({ verifyPassword });
    const { code } = await enroll(on, 'nina');
    for (const password of [TEST_PASSWORD, 'x']) {
      await expect(on.mfa.disable('nina', { password, code: code() })).rejects.toMatchObject({
        code: 'invalid_input',
        field: 'password',
      });
    }
    expect((await on.mfa.status('nina')).enabled).toBe(true);
  });

  test.each([[undefined], [null], ['None'], ['true'], [1], [{}], [[]]])(
    'an answer of %j is a wrong password',
    async (answer) => {
      const on = stage({ verifyPassword: async () => answer as boolean });
      const { code } = await enroll(on, 'ann');
      const proof = { password: TEST_PASSWORD, code: code() };
      expect(await outcomeOf(on.mfa.disable('ann', proof))).toBe('invalid_password');
      expect(await outcomeOf(on.mfa.disable('ann', { code: code() }))).toBe('proof_required');
    },
  );

  test('a host that does not answer refuses, and nothing is counted', async () => {
    const on = stage({ verifyPassword });
    const { code } = await enroll(on, 'nina');
    const down = new Error('down');
    const broken = on.another({ verifyPassword: () => Promise.reject(down) });
    await expect(broken.disable('nina', { code: code() })).rejects.toMatchObject({
      code: 'store_unavailable',
      message: 'verifyPassword did not answer.',
      cause: down,
    });
    expect((await on.store.record('nina')).lockout.failures).toBe(0);
  });
});

describe('a first enrollment', () => {
  test.each([
    ['nina', 600, 'accepted'],
    ['nina', 601, 'sign_in_required'],
    ['nina', -6, 'sign_in_required'],
    ['ann', 601, 'accepted'],
    ['ann', 901, 'proof_required'],
  ])('of %s, signed in %d s ago: %s', async (userId, seconds, outcome) => {
    const on = stage({ verifyPassword });
    const signedInAt = new Date(on.clock() - seconds * 1000);
    expect(await outcomeOf(on.mfa.setup({ userId }, { ...ACCOUNT, signedInAt }))).toBe(outcome);
  });

  test('by an enroll token needs nothing else', async () => {
    const on = stage({ verifyPassword });
    await on.mfa.enforce('nina');
    const token = await on.token('nina');
    expect(await outcomeOf(on.mfa.setup({ token }, ACCOUNT))).toBe('accepted');
  });
});

describe('amr', () => {
  test.each([
    ['nina', ['otp', 'mfa']],
    ['ann', ['pwd', 'otp', 'mfa']],
  ])('of a sign-in of %s: %j', async (userId, amr) => {
    const on = stage({ verifyPassword });
    const { code } = await enroll(on, userId);
    const verified = await on.mfa.verify({ token: await on.token(userId), code: code() });
    expect(verified.amr).toEqual(amr);
  });

  test('claims no password if the host cannot say, and the sign-in stands', async () => {
    const on = stage({ verifyPassword });
    const { code } = await enroll(on, 'ann');
    const broken = on.another({ verifyPassword: () => Promise.reject(new Error('down')) });
    const verified = await broken.verify({ token: await on.token('ann'), code: code() });
    expect(verified.amr).toEqual(['otp', 'mfa']);
  });
});

test('status says which proof is needed', async () => {
  const { mfa, another } = stage({ verifyPassword });
  expect((await mfa.status('nina')).passwordNeeded).toBe(false);
  expect((await mfa.status('ann')).passwordNeeded).toBe(true);
  expect((await another({ verifyPassword: 'passwordless' }).status('ann')).passwordNeeded).toBe(false);
});
