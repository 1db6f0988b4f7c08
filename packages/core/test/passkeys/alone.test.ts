/** a passkey alone: what it takes, whose it is, and which locks it passes. */
import { MfaError } from '@mfakit/core';
import { outcomeOf, softwareKey, TEST_PASSWORD, type BentResponse } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { lock, lockEverywhere, stage } from '../harness.ts';
import {
  creationOptions,
  enrollPasskey,
  signedAlone,
  signedVerify,
  withPasskeys,
  WRONG_SIGNATURE,
} from './passkey-harness.ts';

async function ann(made: Parameters<typeof enrollPasskey>[2] = {}) {
  const on = stage(withPasskeys());
  const user = await enrollPasskey(on, 'ann', made);
  const signIn = async (bent?: BentResponse) => outcomeOf(on.mfa.passkeySignIn(await signedAlone(on, user.key, bent)));
  return { ...on, ...user, on, signIn };
}

describe('R-74, invariant 8: user verification', () => {
  test('a passkey that does not verify its user now does not sign in alone', async () => {
    const { signIn } = await ann();
    expect(await signIn({ userVerified: false })).toBe('password_required');
    expect(await signIn()).toBe('accepted');
  });

  test('stolen key without a PIN: the thief sets one, and is still asked for the password', async () => {
    const { on, key, signIn, store } = await ann({ userVerified: false });
    expect(await signIn({ userVerified: true })).toBe('password_required');
    expect(await signIn({ userVerified: true })).toBe('password_required');
    expect((await store.record('ann')).factors[0]).toMatchObject({ userVerified: false });
    // The owner, with the password: from then on it is known to verify.
    await on.mfa.verify(await signedVerify(on, 'ann', key, { userVerified: true }));
    expect(await signIn({ userVerified: true })).toBe('accepted');
  });

  test('neither now nor before', async () => {
    const { signIn } = await ann({ userVerified: false });
    expect(await signIn()).toBe('password_required');
  });

  test('that it has verified its user is not forgotten by a use without', async () => {
    const { on, key, signIn } = await ann();
    await on.mfa.verify(await signedVerify(on, 'ann', key, { userVerified: false }));
    expect(await signIn()).toBe('accepted');
  });

  test('what is refused so writes nothing', async () => {
    const { signIn, store } = await ann();
    const before = await store.dump('ann');
    await signIn({ userVerified: false });
    expect(await store.dump('ann')).toBe(before);
  });
});

describe('R-73 whose it is', () => {
  test('without a handle it asks for the password, beside which the key is good', async () => {
    const { on, key, signIn } = await ann();
    expect(await signIn({ userHandle: null })).toBe('password_required');
    expect(await outcomeOf(on.mfa.verify(await signedVerify(on, 'ann', key, { userHandle: null })))).toBe('accepted');
  });

  test('the handle of another user, of nobody, and of no user that could be, are unknown', async () => {
    const { on, signIn, store } = await ann();
    await enrollPasskey(on, 'bob');
    const before = await store.dump('ann', 'bob');
    for (const name of ['bob', 'nobody', 'a\0b', '\uFFFE'.repeat(3)]) {
      expect([name, await signIn({ userHandle: Buffer.from(name).toString('base64url') })]).toEqual([
        name,
        'unknown_credential',
      ]);
    }
    // No text at all.
    expect(await signIn({ userHandle: Buffer.from([0xc3, 0x28]).toString('base64url') })).toBe('unknown_credential');
    expect(await store.dump('ann', 'bob')).toBe(before);
  });

  test('as a second factor the handle of another user is unknown as well', async () => {
    const { on, key } = await ann();
    const userHandle = Buffer.from('bob').toString('base64url');
    expect(await outcomeOf(on.mfa.verify(await signedVerify(on, 'ann', key, { userHandle })))).toBe(
      'unknown_credential',
    );
  });

  test("the victim's credential id and key, registered in another account, change nothing for the victim", async () => {
    const { on, key } = await ann();
    // The key signs as the victim would: what the attacker copied are the id and the public key.
    const copied = key.clone();
    const { options } = await creationOptions(on, 'eve');
    await on.mfa.confirm({ userId: 'eve' }, { credential: await copied.create(options) });
    expect(await on.mfa.passkeySignIn(await signedAlone(on, key))).toMatchObject({ userId: 'ann' });
    expect(await on.mfa.verify(await signedVerify(on, 'ann', key))).toMatchObject({ userId: 'ann' });
  });

  test('random handles: one for all passkeys of a user, found by the host; gone with the last of them', async () => {
    const owners = new Map<string, string>();
    const users = { ofHandle: async (handle: Uint8Array) => owners.get(Buffer.from(handle).toString('hex')) ?? null };
    const on = stage(withPasskeys({ users }));
    const { key } = await enrollPasskey(on, 'ann');
    const [listed] = (await on.mfa.status('ann')).factors;
    const userHandle = (listed as unknown as { readonly userHandle: string }).userHandle;
    expect(Buffer.from(userHandle, 'base64url')).toHaveLength(64);
    expect(await outcomeOf(on.mfa.passkeySignIn(await signedAlone(on, key)))).toBe('unknown_credential');
    owners.set(Buffer.from(userHandle, 'base64url').toString('hex'), 'ann');
    expect(await on.mfa.passkeySignIn(await signedAlone(on, key))).toMatchObject({ userId: 'ann' });
    const { options } = await creationOptions(on, 'ann', {
      proof: { ...(await signedAloneProof(on, key)), password: TEST_PASSWORD },
    });
    expect(options.user.id).toBe(userHandle);
  });

  test('random handles: what is no handle is not looked up', async () => {
    const asked: Uint8Array[] = [];
    const users = { ofHandle: async (handle: Uint8Array) => (asked.push(handle), null) };
    const on = stage(withPasskeys({ users }));
    const { key } = await enrollPasskey(on, 'ann');
    // No number of bytes has so many characters.
    const input = await signedAlone(on, key, { userHandle: 'AAAAA' });
    expect(await outcomeOf(on.mfa.passkeySignIn(input))).toBe('unknown_credential');
    expect(asked).toEqual([]);
  });

  test.each([
    ['throws', () => Promise.reject(new Error('ldap'))],
    [
      'throws at once',
      () => {
        throw new Error('ldap');
      },
    ],
  ])(
    'a host that %s instead of finding the user is store_unavailable, with its error beneath',
    async (_how, ofHandle) => {
      const on = stage(withPasskeys({ users: { ofHandle } }));
      const { key } = await enrollPasskey(on, 'ann');
      const error: unknown = await on.mfa.passkeySignIn(await signedAlone(on, key)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(MfaError);
      expect(error).toMatchObject({ code: 'store_unavailable', cause: new Error('ldap') });
    },
  );

  test.each([[undefined], [''], [7], [{}]])('a host that answers %j has not found the user', async (answer) => {
    const on = stage(withPasskeys({ users: { ofHandle: async () => answer as unknown as string } }));
    const { key } = await enrollPasskey(on, 'ann');
    const outcome = await outcomeOf(on.mfa.passkeySignIn(await signedAlone(on, key)));
    expect(outcome).toMatch(answer === undefined ? /^unknown_credential$/ : /^(unknown_credential|invalid_input)$/);
  });
});

async function signedAloneProof(on: ReturnType<typeof stage>, key: Awaited<ReturnType<typeof softwareKey>>) {
  const { token, prompts } = await on.mfa.challenge('ann');
  return { token, credential: await key.get(prompts?.['webauthn'] as Parameters<typeof key.get>[0]) };
}

describe('R-73 locks', () => {
  test("a stranger's wrong passwords lock the sign-in, not the passkey; they stay counted", async () => {
    const { on, mfa, store, signIn } = await ann();
    await lock(on, 'ann');
    expect(await signIn()).toBe('accepted');
    expect((await store.record('ann')).lockout).toMatchObject({ failures: 10, passwordFailures: 10 });
    expect(await outcomeOf(mfa.begin('ann'))).toBe('locked');
  });

  test('a lock of wrong codes is passed, and ended: a success clears them', async () => {
    const on = stage(withPasskeys());
    const user = await on.enroll('ann');
    const key = await softwareKey();
    const { options } = await creationOptions(on, 'ann', { proof: user.proof() });
    await on.mfa.confirm({ userId: 'ann' }, { credential: await key.create(options) });
    await lockEverywhere(on, user);
    expect(await outcomeOf(on.mfa.passkeySignIn(await signedAlone(on, key)))).toBe('accepted');
    expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 0, lockedUntil: null });
    expect(on.events.slice(-2).map(({ type }) => type)).toEqual(['account_unlocked', 'verified']);
  });

  test('a lock that only unlock ends bars it', async () => {
    const on = stage({ ...withPasskeys(), lockout: { maxFailures: 5, hardLimit: 5 } });
    const { key } = await enrollPasskey(on, 'ann');
    for (let i = 0; i < 5; i++) await on.mfa.passwordFailed('ann');
    const error: unknown = await on.mfa.passkeySignIn(await signedAlone(on, key)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'locked', retryAt: null });
    on.clock.advance({ hours: 10_000 });
    expect(await outcomeOf(on.mfa.passkeySignIn(await signedAlone(on, key)))).toBe('locked');
    await on.mfa.unlock('ann');
    expect(await outcomeOf(on.mfa.passkeySignIn(await signedAlone(on, key)))).toBe('accepted');
  });
});

describe('what a stranger can do with a token that costs nothing', () => {
  test('R-72 a wrong signature writes nothing at all, however often', async () => {
    const { store, signIn } = await ann();
    const before = [await store.dump('ann'), store.commits()];
    for (let i = 0; i < 20; i++) expect(await signIn(WRONG_SIGNATURE)).toBe('invalid_assertion');
    expect([await store.dump('ann'), store.commits()]).toEqual(before);
  });

  test('R-75 a counter that went back writes one event in half a minute', async () => {
    const { on, events, clock, signIn } = await ann();
    clock.advance({ seconds: 30 - ((clock() / 1000) % 30) });
    const start = events.length;
    for (let i = 0; i < 20; i++) expect(await signIn({ signCount: 1 })).toBe('counter_regressed');
    expect(events.slice(start).map(({ type }) => type)).toEqual(['attempt_refused']);
    expect(events.at(-1)).toMatchObject({ operation: 'signIn', reason: 'counter_regressed', failures: 0 });
    clock.advance({ seconds: 30 });
    for (let i = 0; i < 20; i++) await signIn({ signCount: 1 });
    expect(events.length).toBe(start + 2);
    expect(await on.mfa.history('ann')).toHaveLength(events.length);
  });
});
