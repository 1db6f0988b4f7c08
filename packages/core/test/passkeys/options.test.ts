/** The options of webauthnFactor, each named when it is wrong, and what its kind tells core. */
import { createMfa } from '@mfakit/core';
import { webauthnFactor, type UserHandleOptions } from '@mfakit/core/webauthn';
import { webauthn } from '@mfakit/webauthn';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';
import { enrollPasskey, PARTY, signedAlone, withPasskeys } from './passkey-harness.ts';

const ofHandle = async (): Promise<string | null> => null;

describe('a wrong option is named, at once', () => {
  test.each<[string, unknown, typeof TypeError | typeof RangeError, RegExp]>([
    [
      'another userHandle',
      { userHandle: 'secret-value' },
      RangeError,
      /webauthnFactor: userHandle: .*'random' or 'user-id'/,
    ],
    ['a userHandle of null', { userHandle: null }, RangeError, /webauthnFactor: userHandle/],
    ['users without ofHandle', { users: {} }, TypeError, /webauthnFactor: users: .*ofHandle/],
    ['users of null', { users: null }, TypeError, /webauthnFactor: users/],
    ['an ofHandle that is none', { users: { ofHandle: 'secret-value' } }, TypeError, /webauthnFactor: users/],
    [
      'users beside user-id',
      { userHandle: 'user-id', users: { ofHandle } },
      TypeError,
      /webauthnFactor: users: .*userHandle: 'user-id'/,
    ],
    ['no object', 'secret-value', TypeError, /webauthnFactor: options/],
    ['null', null, TypeError, /webauthnFactor: options/],
    ['an unknown one', { userHandles: 'user-id' }, TypeError, /webauthnFactor: .*userHandles/],
  ])('%s', (_what, options, type, message) => {
    const make = () => webauthnFactor(webauthn(PARTY), options as UserHandleOptions);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
    expect(make).not.toThrow(/secret-value/);
  });

  test.each([
    [undefined],
    [null],
    [{}],
    [PARTY],
    [{ ...webauthn(PARTY), verifyAssertion: undefined }],
    [{ ...webauthn(PARTY), rpId: 7 }],
    [{ ...webauthn(PARTY), userVerification: 'discouraged' }],
  ])('a verifier that is none: %#', (verifier) => {
    expect(() => webauthnFactor(verifier as never)).toThrow(/webauthnFactor: verifier: /);
    expect(() => webauthnFactor(verifier as never)).toThrow(TypeError);
  });
});

test('a verifier may be an instance of a class', () => {
  expect(() => webauthnFactor(Object.create(webauthn(PARTY)) as never)).not.toThrow();
});

test('two kinds for passkeys are one too many', () => {
  const on = stage();
  const [factor] = withPasskeys().factors;
  if (factor === undefined) throw new Error('there is one');
  expect(() => createMfa({ ...on.options, factors: [factor, factor] })).toThrow(/no two kinds may share a method/);
});

test('userVerification required: an answer without is refused, alone and beside another factor', async () => {
  const on = stage(withPasskeys(undefined, { userVerification: 'required' }));
  const { key } = await enrollPasskey(on, 'ann');
  const { token, prompts } = await on.mfa.challenge('ann');
  const asked = prompts?.['webauthn'] as Parameters<typeof key.get>[0];
  expect(asked).toMatchObject({ userVerification: 'required' });
  const credential = await key.get(asked, { userVerified: false });
  await expect(on.mfa.stepUp('ann', { token, credential })).rejects.toMatchObject({
    code: 'invalid_assertion',
    cause: { step: 'userVerified' },
  });
  await expect(on.mfa.passkeySignIn(await signedAlone(on, key, { userVerified: false }))).rejects.toMatchObject({
    code: 'invalid_assertion',
  });
});

test('R-55, R-71, invariant 9: hwk is claimed of a key whose attestation says so, and of no other', async () => {
  for (const hardware of [true, false]) {
    const on = stage(
      withPasskeys(undefined, {
        attestation: { conveyance: 'direct', attest: async () => ({ trusted: true, hardware }) },
      }),
    );
    const { key, verified } = await enrollPasskey(on, 'ann');
    expect(verified.amr).toEqual([hardware ? 'hwk' : 'pop', 'user']);
    expect((await on.mfa.passkeySignIn(await signedAlone(on, key))).amr).toEqual([
      hardware ? 'hwk' : 'pop',
      'user',
      'mfa',
    ]);
  }
});
