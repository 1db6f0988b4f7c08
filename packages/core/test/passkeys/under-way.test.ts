/** R-76, invariant 2: what happens to a user while a signature is being checked. */
import type { Mfa, MfaOptions } from '@mfakit/core';
import { MFA_CALLS, outcomeOf, softwareKey, TEST_PASSWORD, type CallInput } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { held } from '../half-way/held.ts';
import { KEY_A, KEY_B, lock, stage, type Stage } from '../harness.ts';
import {
  creationOptions,
  enrollPasskey,
  passkeyProof,
  signedAlone,
  signedProof,
  signedVerify,
  withPasskeys,
  withVerifier,
} from './passkey-harness.ts';

/** An instance whose verifier stops before it answers. */
function heldInstance(on: Stage, overrides: Partial<MfaOptions> = {}) {
  const hand = held();
  const mfa = on.another({
    ...withVerifier((verifier) => ({
      ...verifier,
      verifyAssertion: hand.port((...given) => verifier.verifyAssertion(...given)),
      verifyRegistration: hand.port((...given) => verifier.verifyRegistration(...given)),
    })),
    ...overrides,
  });
  return { mfa, ...hand };
}

type Enrolled = Awaited<ReturnType<typeof enrollPasskey>>;

/** Each way to use an assertion: what is signed, and the call that takes it. */
const USES = {
  verify: async (on: Stage, { key }: Enrolled) => {
    const input = await signedVerify(on, 'ann', key);
    return async (mfa: Mfa) => mfa.verify(input);
  },
  stepUp: async (on: Stage, { key }: Enrolled) => {
    const input = await signedProof(on, 'ann', key);
    return async (mfa: Mfa) => mfa.stepUp('ann', input);
  },
  regenerate: async (on: Stage, { key }: Enrolled) => {
    const input = await passkeyProof(on, 'ann', key);
    return async (mfa: Mfa) => mfa.regenerate('ann', input);
  },
  signIn: async (on: Stage, { key }: Enrolled) => {
    const input = await signedAlone(on, key);
    return async (mfa: Mfa) => mfa.passkeySignIn(input);
  },
} as const;

/** What happens meanwhile, and how each use ends then. `signIn` has a token without an epoch. */
const MEANWHILE = {
  'its removal, beside another': {
    act: async (on: Stage, user: Enrolled) => {
      await on.mfa.removeFactor('ann', user.factorId, { ...(await passkeyProof(on, 'ann', user.key)) });
    },
    others: true,
    ends: {
      verify: 'invalid_token',
      stepUp: 'invalid_token',
      regenerate: 'invalid_token',
      signIn: 'unknown_credential',
    },
  },
  reset: {
    act: (on: Stage) => on.mfa.reset('ann'),
    ends: {
      verify: 'invalid_token',
      stepUp: 'invalid_token',
      regenerate: 'invalid_token',
      signIn: 'unknown_credential',
    },
  },
  forget: {
    act: (on: Stage) => on.mfa.forget('ann'),
    ends: {
      verify: 'invalid_token',
      stepUp: 'invalid_token',
      regenerate: 'invalid_token',
      signIn: 'unknown_credential',
    },
  },
  passwordChanged: {
    act: async (on: Stage) => {
      await on.mfa.passwordChanged('ann');
    },
    ends: { verify: 'invalid_token', stepUp: 'invalid_token', regenerate: 'invalid_token', signIn: 'accepted' },
  },
  rekey: {
    act: async (on: Stage) => {
      for await (const { rekeyed } of on.another({ keys: [KEY_B, KEY_A] }).rekey()) expect(rekeyed).toBe(1);
    },
    ends: { verify: 'accepted', stepUp: 'accepted', regenerate: 'accepted', signIn: 'accepted' },
  },
  'a use of its clone with a higher counter': {
    act: async (on: Stage, { key }: Enrolled) => {
      await on.mfa.stepUp('ann', await signedProof(on, 'ann', key.clone(), { signCount: 99 }));
    },
    ends: {
      verify: 'counter_regressed',
      stepUp: 'counter_regressed',
      regenerate: 'counter_regressed',
      signIn: 'counter_regressed',
    },
  },
} satisfies Record<
  string,
  {
    readonly act: (on: Stage, user: Enrolled) => Promise<void>;
    readonly others?: true;
    readonly ends: Readonly<Record<keyof typeof USES, string>>;
  }
>;

describe.each(Object.entries(MEANWHILE))('%s', (_name, meanwhile) => {
  test.each(Object.keys(USES) as (keyof typeof USES)[])('while an assertion for %s is under way', async (use) => {
    const on = stage(withPasskeys());
    const user = await enrollPasskey(on, 'ann');
    if ('others' in meanwhile) {
      const other = await softwareKey();
      const { options } = await creationOptions(on, 'ann', { proof: await passkeyProof(on, 'ann', user.key) });
      await on.mfa.confirm({ userId: 'ann' }, { credential: await other.create(options) });
    }
    const call = await USES[use](on, user);
    const { mfa, begun, letGo } = heldInstance(on, { keys: [KEY_B, KEY_A] });
    const outcome = outcomeOf(call(mfa));
    await begun;
    await meanwhile.act(on, user);
    const { lockout } = await on.store.record('ann');
    letGo();
    expect(await outcome).toBe(meanwhile.ends[use]);
    expect((await on.store.record('ann')).lockout.failures).toBe(lockout.failures);
  });
});

describe('what was examined is what the first decision rests on', () => {
  test('an accepted answer costs one read and one write', async () => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann');
    const input = await signedVerify(on, 'ann', key);
    const calls: string[] = [];
    const mfa = on.another({
      store: {
        ...on.store,
        read: async (userId) => (calls.push('read'), on.store.read(userId)),
        commit: async (swap) => (calls.push('commit'), on.store.commit(swap)),
      },
    });
    await mfa.verify(input);
    expect(calls).toEqual(['read', 'commit']);
  });

  test('but a refusal rests on a fresh read: a lock that was lifted meanwhile stops nobody', async () => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann');
    const input = await signedVerify(on, 'ann', key);
    await lock(on, 'ann');
    const { mfa, begun, letGo } = heldInstance(on);
    const outcome = outcomeOf(mfa.verify(input));
    await begun;
    await on.mfa.unlock('ann');
    letGo();
    expect(await outcome).toBe('accepted');
  });
});

test('the password being checked: a counter that went back meanwhile is refused, and keeps nothing that a wrong password would', async () => {
  const on = stage(withPasskeys());
  const { key } = await enrollPasskey(on, 'ann');
  const proof = await passkeyProof(on, 'ann', key);
  const hand = held();
  const mfa = on.another({ verifyPassword: hand.port(async (_userId, password) => password === TEST_PASSWORD) });
  // The empty password asks whether there is one: it must not be held.
  const outcome = outcomeOf(mfa.regenerate('ann', proof));
  await hand.begun;
  await on.mfa.stepUp('ann', await signedProof(on, 'ann', key.clone(), { signCount: 99 }));
  hand.letGo();
  expect(await outcome).toBe('counter_regressed');
  expect((await on.store.record('ann')).lockout).toMatchObject({ passwordFailures: 0 });
});

test('R-76 a passkey that was added a moment ago is known, though an older read of another call is under way', async () => {
  const on = stage(withPasskeys());
  const { key } = await enrollPasskey(on, 'ann');
  const other = await softwareKey();
  const { options } = await creationOptions(on, 'ann', { proof: await passkeyProof(on, 'ann', key) });
  // One instance, whose first read of an assertion answers late.
  const slow = held();
  let hold = false;
  const { store } = on.options;
  const mfa = on.another({
    store: {
      ...store,
      async read(userId) {
        const answer = await store.read(userId);
        if (!hold) return answer;
        hold = false;
        return slow.port(async () => answer)();
      },
    },
  });
  const first = await signedProof(on, 'ann', key);
  hold = true;
  const early = outcomeOf(mfa.stepUp('ann', first));
  await slow.begun;
  await on.mfa.confirm({ userId: 'ann' }, { credential: await other.create(options) });
  const input = await signedVerify(on, 'ann', other);
  const late = outcomeOf(mfa.verify(input));
  await new Promise((resolve) => setTimeout(resolve, 20));
  slow.letGo();
  expect(await late).toBe('accepted');
  expect(await early).toBe('invalid_token');
});

describe('R-77 a registration under way', () => {
  test('the same one, completed three times: one factor', async () => {
    const on = stage(withPasskeys());
    const { options, factorId } = await creationOptions(on, 'ann');
    const credential = await (await softwareKey()).create(options);
    const instances = [on.mfa, on.another(), on.mfa];
    const outcomes = await Promise.all(
      instances.map((mfa) => outcomeOf(mfa.confirm({ userId: 'ann' }, { credential, factorId }))),
    );
    expect(outcomes.toSorted()).toEqual(['accepted', 'setup_confirmed', 'setup_confirmed']);
    expect((await on.mfa.status('ann')).factors).toHaveLength(1);
    expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { credential }))).toBe('already_enabled');
  });

  test.each([
    ['another passkey', 'webauthn', 'contention'],
    ['an app', 'totp', 'invalid_input'],
  ] as const)(
    'its setup replaced by %s: refused, nothing counted, and the newer setup waits on',
    async (_what, kind, code) => {
      for (const named of [true, false]) {
        const on = stage(withPasskeys());
        const { options, factorId } = await creationOptions(on, 'ann');
        const credential = await (await softwareKey()).create(options);
        const { mfa, begun, letGo } = heldInstance(on);
        const outcome = outcomeOf(mfa.confirm({ userId: 'ann' }, { credential, ...(named && { factorId }) }));
        await begun;
        const newer = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', kind });
        letGo();
        expect(await outcome).toBe(named ? 'setup_replaced' : code);
        const { pending, factors } = await on.store.record('ann');
        expect([pending?.factor.id, pending?.failures, factors.length]).toEqual([newer.factorId, 0, 0]);
      }
    },
  );

  test.each([
    ['reset', 'setup_not_started'],
    ['forget', 'setup_not_started'],
    ['passwordChanged', 'accepted'],
    ['rekey', 'accepted'],
  ] as const)('%s meanwhile', async (name, expected) => {
    const on = stage(withPasskeys());
    const { options } = await creationOptions(on, 'ann');
    const credential = await (await softwareKey()).create(options);
    const { mfa, begun, letGo } = heldInstance(on, { keys: [KEY_B, KEY_A] });
    const outcome = outcomeOf(mfa.confirm({ userId: 'ann' }, { credential }));
    await begun;
    if (name === 'rekey') await MFA_CALLS.rekey.run(on.another({ keys: [KEY_B, KEY_A] }), {} as CallInput);
    else await on.mfa[name]('ann');
    letGo();
    expect(await outcome).toBe(expected);
  });

  test('the setup expires while the answer is checked: refused', async () => {
    const on = stage(withPasskeys());
    const { options } = await creationOptions(on, 'ann');
    const credential = await (await softwareKey()).create(options);
    const { mfa, begun, letGo } = heldInstance(on);
    const outcome = outcomeOf(mfa.confirm({ userId: 'ann' }, { credential }));
    await begun;
    on.clock.advance({ minutes: 10 });
    letGo();
    expect(await outcome).toBe('setup_expired');
  });
});
