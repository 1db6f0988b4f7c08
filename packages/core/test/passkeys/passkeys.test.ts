import { outcomeOf, TEST_PASSWORD } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';
import {
  creationOptions,
  enrollPasskey,
  passkeyProof,
  signedAlone,
  signedProof,
  signedVerify,
  withPasskeys,
} from './passkey-harness.ts';
import { softwareKey } from '@mfakit/testkit';

describe('a passkey as the second factor', () => {
  test('a first passkey brings backup codes, and is listed', async () => {
    const on = stage(withPasskeys());
    const { factorId, backupCodes, key, verified } = await enrollPasskey(on, 'ann');
    expect(backupCodes).toHaveLength(10);
    expect(verified).toMatchObject({ method: 'webauthn', factorId, amr: ['pop', 'user'], phishingResistant: true });
    const { factors } = await on.mfa.status('ann');
    expect(factors).toEqual([
      expect.objectContaining({ id: factorId, kind: 'webauthn', label: 'Passkey', credentialId: key.credentialId }),
    ]);
  });

  test.each([-7, -8, -257] as const)('R-71 algorithm %i signs in, and amr says what was done', async (algorithm) => {
    const on = stage(withPasskeys());
    const { key, factorId } = await enrollPasskey(on, 'ann', { algorithm });
    const verified = await on.mfa.verify(await signedVerify(on, 'ann', key));
    expect(verified).toMatchObject({
      method: 'webauthn',
      factorId,
      amr: ['pwd', 'pop', 'user', 'mfa'],
      phishingResistant: true,
      userVerified: true,
    });
  });

  test('step-up and proofs take a passkey with a token of challenge, once', async () => {
    const on = stage(withPasskeys());
    const { key, factorId } = await enrollPasskey(on, 'ann');
    const proof = await signedProof(on, 'ann', key);
    expect(await on.mfa.stepUp('ann', proof)).toMatchObject({ amr: ['pop', 'user'] });
    expect(await outcomeOf(on.mfa.stepUp('ann', proof))).toBe('token_used');
    await on.mfa.regenerate('ann', await passkeyProof(on, 'ann', key));
    await on.mfa.removeFactor('ann', factorId, await passkeyProof(on, 'ann', key));
    expect((await on.mfa.status('ann')).enabled).toBe(false);
  });

  test('an authenticator app beside it: each adds and removes the other', async () => {
    const on = stage(withPasskeys());
    const user = await on.enroll('ann');
    const key = await softwareKey();
    const { options, factorId, backupCodes } = await creationOptions(on, 'ann', { proof: user.proof() });
    expect(backupCodes).toEqual([]);
    await on.mfa.confirm({ userId: 'ann' }, { credential: await key.create(options), factorId });
    expect(await on.mfa.begin('ann')).toMatchObject({ methods: ['webauthn', 'totp', 'backup_code'] });
    await on.mfa.removeFactor('ann', user.factorId, await passkeyProof(on, 'ann', key));
    expect((await on.mfa.status('ann')).factors.map(({ kind }) => kind)).toEqual(['webauthn']);
  });
});

describe('a passkey alone', () => {
  test('signs in, once for a token', async () => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann');
    const input = await signedAlone(on, key);
    expect(await on.mfa.passkeySignIn(input)).toMatchObject({
      userId: 'ann',
      amr: ['pop', 'user', 'mfa'],
      userVerified: true,
      phishingResistant: true,
    });
    expect(await outcomeOf(on.mfa.passkeySignIn(input))).toBe('token_used');
  });

  test('is not offered without the kind, or if no user can be found by a handle', async () => {
    for (const on of [stage({}), stage(withPasskeys({}))]) {
      expect(await outcomeOf(on.mfa.passkeyChallenge())).toBe('not_offered');
      expect(await outcomeOf(on.mfa.passkeySignIn({ token: 'x', credential: {} }))).toBe('not_offered');
    }
  });

  test('that names no user needs the password first', async () => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann');
    const input = await signedAlone(on, key, { userHandle: null });
    expect(await outcomeOf(on.mfa.passkeySignIn(input))).toBe('password_required');
  });

  test('passes a lock that ends by itself, and leaves the wrong passwords counted', async () => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann');
    for (let i = 0; i < 10; i++) await on.mfa.passwordFailed('ann');
    expect(await outcomeOf(on.mfa.begin('ann'))).toBe('locked');
    await on.mfa.passkeySignIn(await signedAlone(on, key));
    expect(await outcomeOf(on.mfa.begin('ann'))).toBe('locked');
    expect(TEST_PASSWORD).not.toBe('');
  });
});
