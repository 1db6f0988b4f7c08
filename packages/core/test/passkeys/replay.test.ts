/** R-69, invariants 1 and 7: an assertion succeeds once, whatever happens in between. */
import { outcomeOf, softwareKey, type SoftwareKey } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';
import {
  answered,
  creationOptions,
  enrollPasskey,
  passkeyProof,
  signedAlone,
  signedProof,
  signedVerify,
  withPasskeys,
} from './passkey-harness.ts';

/** A synced key: it has no counter, so nothing but the token tells a replay. */
const SYNCED = { backupEligible: true, backedUp: true } as const;

async function ann() {
  const on = stage(withPasskeys());
  return { on, ...(await enrollPasskey(on, 'ann', SYNCED)) };
}

/** Registers the very same credential once more, as a backup of an authenticator could. */
async function enrollAgain(on: Stage, key: SoftwareKey): Promise<void> {
  const { options } = await creationOptions(on, 'ann');
  await on.mfa.confirm({ userId: 'ann' }, { credential: await key.create(options) });
}

describe('a recorded assertion', () => {
  test('the same token: spent', async () => {
    const { on, key } = await ann();
    const recorded = await signedVerify(on, 'ann', key);
    await on.mfa.verify(recorded);
    expect(await outcomeOf(on.mfa.verify(recorded))).toBe('token_used');
    const proof = await signedProof(on, 'ann', key);
    await on.mfa.stepUp('ann', proof);
    expect(await outcomeOf(on.mfa.stepUp('ann', proof))).toBe('token_used');
    const alone = await signedAlone(on, key);
    await on.mfa.passkeySignIn(alone);
    expect(await outcomeOf(on.mfa.passkeySignIn(alone))).toBe('token_used');
  });

  test('another token of the same kind: it signed another challenge', async () => {
    const { on, key } = await ann();
    const { credential } = await signedVerify(on, 'ann', key);
    const { token } = await signedVerify(on, 'ann', key);
    expect(await outcomeOf(on.mfa.verify({ token, credential }))).toBe('invalid_assertion');
  });

  test('R-70 another purpose: verify, prove, alone and enroll do not stand in for each other', async () => {
    const { on, key } = await ann();
    const asked = {
      verify: await signedVerify(on, 'ann', key),
      prove: await signedProof(on, 'ann', key),
      alone: await signedAlone(on, key),
    };
    const uses = {
      verify: (input: typeof asked.verify) => on.mfa.verify(input),
      prove: (input: typeof asked.verify) => on.mfa.stepUp('ann', input),
      alone: (input: typeof asked.verify) => on.mfa.passkeySignIn(input),
    };
    for (const purpose of ['verify', 'prove', 'alone'] as const) {
      for (const use of ['verify', 'prove', 'alone'] as const) {
        if (use === purpose) continue;
        expect([purpose, use, await outcomeOf(uses[use](asked[purpose]))]).toEqual([purpose, use, 'invalid_token']);
        // The token of the use, the answer of the other purpose.
        const mixed = { token: asked[use].token, credential: asked[purpose].credential };
        expect([purpose, use, await outcomeOf(uses[use](mixed))]).toEqual([purpose, use, 'invalid_assertion']);
      }
    }
    await on.mfa.enforce('eve');
    const enroll = await on.token('eve');
    const credential = asked.verify.credential;
    for (const use of Object.values(uses))
      expect(await outcomeOf(use({ token: enroll, credential }))).toBe('invalid_token');
    for (const purpose of ['verify', 'prove', 'alone'] as const) {
      expect(await outcomeOf(on.mfa.setup({ token: asked[purpose].token }, { accountName: 'a' }))).toBe(
        'invalid_token',
      );
    }
    for (const purpose of ['verify', 'prove', 'alone'] as const) {
      expect(await outcomeOf(uses[purpose](asked[purpose]))).toBe('accepted');
    }
  });

  test('R-70 another user: the token is theirs, and so is the key', async () => {
    const { on, key } = await ann();
    const { key: other } = await enrollPasskey(on, 'bob', SYNCED);
    // The key of one, asked by the token of the other.
    expect(await outcomeOf(on.mfa.verify(await signedVerify(on, 'bob', key, { userHandle: null })))).toBe(
      'unknown_credential',
    );
    expect(await outcomeOf(on.mfa.stepUp('bob', await signedProof(on, 'bob', key)))).toBe('unknown_credential');
    // The token of one, for the other.
    expect(await outcomeOf(on.mfa.stepUp('bob', await signedProof(on, 'ann', other)))).toBe('invalid_token');
  });

  test('after a change of epoch: void, and an alone token, which has none, stays spent', async () => {
    const { on, key } = await ann();
    const recorded = { verify: await signedVerify(on, 'ann', key), prove: await signedProof(on, 'ann', key) };
    const alone = await signedAlone(on, key);
    await on.mfa.passkeySignIn(alone);
    await on.mfa.passwordChanged('ann');
    expect(await outcomeOf(on.mfa.verify(recorded.verify))).toBe('invalid_token');
    expect(await outcomeOf(on.mfa.stepUp('ann', recorded.prove))).toBe('invalid_token');
    expect(await outcomeOf(on.mfa.passkeySignIn(alone))).toBe('token_used');
  });

  test.each(['disable', 'reset', 'forget'] as const)(
    'after %s, and the same key registered once more: refused',
    async (end) => {
      const { on, key } = await ann();
      const alone = await signedAlone(on, key);
      const recorded = { verify: await signedVerify(on, 'ann', key), prove: await signedProof(on, 'ann', key) };
      await on.mfa.passkeySignIn(alone);
      if (end === 'disable') await on.mfa.disable('ann', await passkeyProof(on, 'ann', key));
      else await on.mfa[end]('ann');
      await enrollAgain(on, key);
      expect(await outcomeOf(on.mfa.passkeySignIn(alone))).toBe('token_used');
      expect(await outcomeOf(on.mfa.verify(recorded.verify))).toBe('invalid_token');
      expect(await outcomeOf(on.mfa.stepUp('ann', recorded.prove))).toBe('invalid_token');
      // Whatever was asked after that is good.
      on.clock.advance({ seconds: 1 });
      expect(await outcomeOf(on.mfa.passkeySignIn(await signedAlone(on, key)))).toBe('accepted');
    },
  );

  test('forget: also what is spent no longer listed', async () => {
    const { on, key } = await ann();
    const first = await signedAlone(on, key);
    await on.mfa.passkeySignIn(first);
    for (let i = 0; i < 33; i++) {
      on.clock.advance({ seconds: 1 });
      await on.mfa.passkeySignIn(await signedAlone(on, key));
    }
    const last = await signedAlone(on, key);
    await on.mfa.passkeySignIn(last);
    await on.mfa.forget('ann');
    await enrollAgain(on, key);
    expect(await outcomeOf(on.mfa.passkeySignIn(first))).toBe('invalid_token');
    expect(await outcomeOf(on.mfa.passkeySignIn(last))).toBe('token_used');
  });

  test('a wrong answer does not spend the token; the right one then does', async () => {
    const { on, key } = await ann();
    const asked = await on.mfa.challenge('ann');
    const wrong = await answered(asked, key, { clientData: { origin: 'https://example.net' } });
    expect(await outcomeOf(on.mfa.stepUp('ann', wrong))).toBe('invalid_assertion');
    const right = await answered(asked, key);
    expect(await outcomeOf(on.mfa.stepUp('ann', right))).toBe('accepted');
    expect(await outcomeOf(on.mfa.stepUp('ann', await answered(asked, key)))).toBe('token_used');
  });
});

test('R-69, invariant 7: the first token stays spent after 1,000 others within its life', async () => {
  const on = stage({ ...withPasskeys(), challengeTtlSeconds: 600 });
  const { key } = await enrollPasskey(on, 'ann', SYNCED);
  const spent = [];
  for (let i = 0; i < 1000; i++) {
    const input = await signedAlone(on, key);
    await on.mfa.passkeySignIn(input);
    if (i % 100 === 0) spent.push(input);
    on.clock.advance({ milliseconds: 100 });
  }
  for (const input of spent)
    expect(await outcomeOf(on.mfa.passkeySignIn(input))).toMatch(/^(token_used|invalid_token)$/);
  expect((await on.store.record('ann')).spentChallenges).toHaveLength(32);
});

test('R-69 one token may sign in one user after another, each by a key of their own', async () => {
  const { on, key } = await ann();
  const { key: other } = await enrollPasskey(on, 'bob', SYNCED);
  const asked = await on.mfa.passkeyChallenge();
  expect(await on.mfa.passkeySignIn(await answered(asked, key))).toMatchObject({ userId: 'ann' });
  expect(await on.mfa.passkeySignIn(await answered(asked, other))).toMatchObject({ userId: 'bob' });
  expect(await outcomeOf(on.mfa.passkeySignIn(await answered(asked, key)))).toBe('token_used');
});

test('R-70 an answer without the token that it signs is invalid input', async () => {
  const { on, key } = await ann();
  const { credential } = await signedProof(on, 'ann', key);
  const error: unknown = await on.mfa.stepUp('ann', { credential }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid_input', field: 'token' });
  expect(await softwareKey()).not.toBe(key);
});
