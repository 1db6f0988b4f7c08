/** invariant 10: adding passkeys, and the handle that they know their user by. */
import { MfaError } from '@mfakit/core';
import { outcomeOf, softwareKey, type SoftwareKeyOptions } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';
import {
  creationOptions,
  enrollPasskey,
  passkeyProof,
  signedAlone,
  signedVerify,
  withPasskeys,
  withVerifier,
} from './passkey-harness.ts';

async function passkeysOf({ mfa }: Pick<Stage, 'mfa'>, userId: string): Promise<readonly Record<string, unknown>[]> {
  return (await mfa.status(userId)).factors as unknown as readonly Record<string, unknown>[];
}

describe('what the browser is asked for', () => {
  test('R-69 32 random bytes as the challenge, one for each setup; keys that are held are excluded', async () => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann', { transports: ['usb', 'nfc'] });
    const seen = new Set<string>();
    for (let i = 0; i < 3; i++) {
      const { options } = await creationOptions(on, 'ann', { proof: await passkeyProof(on, 'ann', key) });
      expect(Buffer.from(options.challenge, 'base64url')).toHaveLength(32);
      seen.add(options.challenge);
      expect(options).toMatchObject({
        rp: { id: 'example.org' },
        excludeCredentials: [{ id: key.credentialId, transports: ['usb', 'nfc'] }],
        authenticatorSelection: { userVerification: 'preferred' },
        attestation: 'none',
      });
    }
    expect(seen.size).toBe(3);
  });

  test('an assertion is asked by the hash of its token, and a token gives the same challenge to each instance', async () => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann');
    const begun = await on.mfa.begin('ann');
    const asked = (begun.next === 'verify' && begun.prompts?.['webauthn']) as unknown as Record<string, unknown>;
    expect(Buffer.from(String(asked['challenge']), 'base64url')).toHaveLength(32);
    expect(asked).toMatchObject({
      rpId: 'example.org',
      userVerification: 'preferred',
      allowCredentials: [{ id: key.credentialId }],
    });
    const again = await on.mfa.begin('ann');
    expect(again).not.toEqual(begun);
    const alone = (await on.mfa.passkeyChallenge()).prompts?.['webauthn'] as Record<string, unknown>;
    expect(alone).toMatchObject({ userVerification: 'required' });
    expect(alone['allowCredentials'] ?? []).toEqual([]);
    const input = await signedVerify(on, 'ann', key);
    expect(await outcomeOf(on.another().verify(input))).toBe('accepted');
  });

  test('the prompt lives as long as its token or its setup', async () => {
    const on = stage({ ...withPasskeys(), challengeTtlSeconds: 120, setupTtlSeconds: 240 });
    const staged = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', kind: 'webauthn' });
    expect(staged['creationOptions']).toMatchObject({ timeout: 240_000 });
    expect((await on.mfa.passkeyChallenge()).prompts?.['webauthn']).toMatchObject({ timeout: 120_000 });
  });
});

describe('what is kept', () => {
  test.each<[string, SoftwareKeyOptions, Record<string, unknown>]>([
    ['a key on its device', {}, { signCount: 1, userVerified: true, backupEligible: false, backedUp: false }],
    [
      'one that is synced',
      { backupEligible: true, backedUp: true, aaguid: '01020304-0506-0708-090a-0b0c0d0e0f10' },
      { signCount: 0, backupEligible: true, backedUp: true, aaguid: '01020304-0506-0708-090a-0b0c0d0e0f10' },
    ],
    [
      'one that does not verify',
      { userVerified: false, transports: ['usb'] },
      { userVerified: false, transports: ['usb'] },
    ],
    ['the longest id', { idBytes: 1023 }, {}],
  ])('%s', async (_what, made, expected) => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann', made);
    const [factor] = (await on.store.record('ann')).factors;
    expect(factor).toMatchObject({ ...expected, credentialId: key.credentialId, hardware: false });
    // The key itself is sealed.
    expect(JSON.stringify(factor)).not.toContain(Buffer.from(key.publicKey).toString('base64url'));
    expect(await outcomeOf(on.mfa.verify(await signedVerify(on, 'ann', key)))).toBe('accepted');
  });

  test('an id of 1,024 bytes is refused', async () => {
    const on = stage(withPasskeys());
    const { options } = await creationOptions(on, 'ann');
    const credential = await (await softwareKey({ idBytes: 1024 })).create(options);
    expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { credential }))).toBe('invalid_registration');
  });

  test.each([
    ['credentialId', 'A'.repeat(1365)],
    ['credentialId', 'no base64url'],
    ['aaguid', ''],
    ['transports', ['a'.repeat(17)]],
    ['signCount', -1],
    ['publicKey', new Uint8Array(1025)],
    ['publicKey', 'text'],
  ])('R-79 a verifier whose %s no record can hold locks nobody out', async (field, value) => {
    const on = stage(
      withVerifier((verifier) => ({
        ...verifier,
        verifyRegistration: async (...given) => ({ ...(await verifier.verifyRegistration(...given)), [field]: value }),
      })),
    );
    const { options } = await creationOptions(on, 'ann');
    const credential = await (await softwareKey()).create(options);
    const error: unknown = await on.mfa.confirm({ userId: 'ann' }, { credential }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid_registration', cause: { name: 'TypeError' } });
    expect(String((error as Error).cause)).toContain(field);
    expect(await outcomeOf(on.mfa.begin('ann'))).toBe('accepted');
  });

  test('R-79 the longest key that a record can hold is kept', async () => {
    const on = stage(
      withVerifier((verifier) => ({
        ...verifier,
        verifyRegistration: async (...given) => ({
          ...(await verifier.verifyRegistration(...given)),
          publicKey: new Uint8Array(1024),
        }),
      })),
    );
    const { options } = await creationOptions(on, 'ann');
    const credential = await (await softwareKey()).create(options);
    expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { credential }))).toBe('accepted');
    expect((await on.another().status('ann')).enabled).toBe(true);
  });

  test('what is no object is refused by the name of its field', async () => {
    const on = stage(withPasskeys());
    await creationOptions(on, 'ann');
    const error: unknown = await on.mfa
      .confirm({ userId: 'ann' }, { credential: 7 } as never)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid_input', field: 'credential' });
  });

  test('an assertion is no registration, nor the other way round', async () => {
    const on = stage(withPasskeys());
    const { options } = await creationOptions(on, 'ann');
    const key = await softwareKey();
    const assertion = await key.get({ challenge: options.challenge, rpId: 'example.org' });
    expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { credential: assertion }))).toBe('invalid_registration');
    const registration = await key.create(options);
    await on.mfa.confirm({ userId: 'ann' }, { credential: registration });
    const { token } = await on.mfa.challenge('ann');
    expect(await outcomeOf(on.mfa.stepUp('ann', { token, credential: registration }))).toBe('invalid_assertion');
  });
});

describe('who may add one', () => {
  test('a code for a passkey, and a passkey for a code, are invalid input: nothing counts, and the setup waits on', async () => {
    const on = stage(withPasskeys());
    const { options } = await creationOptions(on, 'ann');
    for (let i = 0; i < 12; i++) {
      const error: unknown = await on.mfa.confirm({ userId: 'ann' }, { code: '123456' }).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'invalid_input', field: 'code' });
    }
    const credential = await (await softwareKey()).create(options);
    expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { credential }))).toBe('accepted');
    await on.mfa.setup({ userId: 'bob' }, { accountName: 'bob' });
    const error: unknown = await on.mfa.confirm({ userId: 'bob' }, { credential }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'invalid_input', field: 'credential' });
  });

  test('wrong registrations never void a setup', async () => {
    const on = stage(withPasskeys());
    const { options } = await creationOptions(on, 'ann');
    const credential = await (await softwareKey()).create(options, { clientData: { origin: 'https://evil.example' } });
    for (let i = 0; i < 30; i++) {
      expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { credential }))).toBe('invalid_registration');
    }
    const good = await (await softwareKey()).create(options);
    expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { credential: good }))).toBe('accepted');
  });

  test('with a factor a proof is needed, and the proof is counted as it always was', async () => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann');
    const add = async (proof?: object) =>
      outcomeOf(
        on.mfa.setup({ userId: 'ann' }, { accountName: 'a', kind: 'webauthn', ...(proof && { proof }) } as never),
      );
    expect(await add()).toBe('already_enabled');
    expect(await add({ ...(await passkeyProof(on, 'ann', key)), password: 'wrong' })).toBe('invalid_password');
    expect((await on.store.record('ann')).lockout.failures).toBe(1);
    expect(await add(await passkeyProof(on, 'ann', key))).toBe('accepted');
  });

  test('a required enrollment: the holder of the token adds a passkey, and is signed in by it', async () => {
    const on = stage(withPasskeys());
    await on.mfa.enforce('eve');
    const token = await on.token('eve');
    const staged = await on.mfa.setup({ token }, { accountName: 'eve', kind: 'webauthn' });
    const credential = await (await softwareKey()).create(staged['creationOptions'] as never);
    const verified = await on.mfa.confirm({ token }, { credential });
    expect(verified).toMatchObject({ amr: ['pwd', 'pop', 'user', 'mfa'], phishingResistant: true, userVerified: true });
    expect(await outcomeOf(on.mfa.confirm({ token }, { credential }))).not.toBe('accepted');
  });
});

describe('R-73, invariant 10: the handle', () => {
  test('is the user id if the application says so, and at most 64 bytes of it', async () => {
    const on = stage(withPasskeys());
    const longest = '\u00e9'.repeat(32);
    const { options } = await creationOptions(on, longest);
    expect(Buffer.from(options.user.id, 'base64url').toString()).toBe(longest);
    const longer = { userId: `${longest}x` };
    const error: unknown = await on.mfa
      .setup(longer, { accountName: 'a', kind: 'webauthn' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MfaError);
    expect(error).toMatchObject({ code: 'invalid_input', field: 'userId' });
    expect(String(error)).not.toContain(longest);
    // An app needs no handle.
    expect(await outcomeOf(on.mfa.setup(longer, { accountName: 'a' }))).toBe('accepted');
  });

  test('at random it has 64 bytes, and is one for all passkeys of a user, whatever is done in between', async () => {
    const on = stage(withPasskeys({}));
    const { key } = await enrollPasskey(on, 'ann');
    const [{ userHandle: first } = {}] = await passkeysOf(on, 'ann');
    for (let i = 0; i < 3; i++) {
      const { options } = await creationOptions(on, 'ann', { proof: await passkeyProof(on, 'ann', key) });
      expect(options.user.id).toBe(first);
      const credential = await (await softwareKey()).create(options);
      await on.mfa.confirm({ userId: 'ann' }, { credential });
      await on.mfa.passwordChanged('ann');
    }
    const all = await passkeysOf(on, 'ann');
    expect(all).toHaveLength(4);
    expect(new Set(all.map(({ userHandle }) => userHandle))).toEqual(new Set([first]));
    expect(Buffer.from(String(first), 'base64url')).toHaveLength(64);
    const { options } = await creationOptions(on, 'bob');
    expect(options.user.id).not.toBe(first);
  });

  test('stays when the application changes how it names users', async () => {
    const on = stage(withPasskeys({}));
    const { key } = await enrollPasskey(on, 'ann');
    const [{ userHandle } = {}] = await passkeysOf(on, 'ann');
    const mfa = on.another(withPasskeys({ userHandle: 'user-id' }));
    const { options } = await creationOptions({ mfa }, 'ann', { proof: await passkeyProof(on, 'ann', key) });
    expect(options.user.id).toBe(userHandle);
    expect(await outcomeOf(mfa.verify(await signedVerify(on, 'ann', key)))).toBe('accepted');
    expect(await outcomeOf(mfa.passkeySignIn(await signedAlone({ mfa }, key)))).toBe('unknown_credential');
  });
});
