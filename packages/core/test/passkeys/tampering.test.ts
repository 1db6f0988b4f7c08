/** whoever writes to the database cannot put a key of their own in place of one that is stored. */
import { outcomeOf, softwareKey } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';
import {
  creationOptions,
  enrollPasskey,
  passkeyProof,
  signedAlone,
  signedProof,
  signedVerify,
  withPasskeys,
} from './passkey-harness.ts';

type Fields = Readonly<Record<string, unknown>>;

async function bend(on: Stage, userId: string, change: (passkey: Fields) => Fields): Promise<void> {
  await on.store.edit(userId, (record) => ({
    ...record,
    factors: record.factors.map((factor, i) => (i === 0 ? change(factor as unknown as Fields) : factor)),
  }));
}

/** Ann and bob, with a passkey each. */
async function two() {
  const on = stage(withPasskeys());
  const ann = await enrollPasskey(on, 'ann');
  const bob = await enrollPasskey(on, 'bob');
  return { on, ann, bob };
}

describe('a bound field changed in the row', () => {
  test.each([
    ['backupEligible', true],
    ['hardware', true],
    ['userHandle', 'Ym9i'],
    ['id', 'another'],
  ] as const)('%s: unreadable, not counted, and an event for the operator', async (field, value) => {
    const { on, ann } = await two();
    await bend(on, 'ann', (passkey) => ({ ...passkey, [field]: value }));
    const use = async () => on.mfa.stepUp('ann', await signedProof(on, 'ann', ann.key, { userHandle: null }));
    expect(await outcomeOf(use())).toBe('secret_unreadable');
    expect(on.events.at(-1)).toMatchObject({ type: 'secret_unreadable', operation: 'stepUp' });
    const told = on.events.length;
    for (let i = 0; i < 5; i++) expect(await outcomeOf(use())).toBe('secret_unreadable');
    expect(on.events.length).toBe(told);
    expect((await on.store.record('ann')).lockout.failures).toBe(0);
  });

  test("credentialId: that of a key of the writer's own is unreadable, and the old one unknown", async () => {
    const { on, ann } = await two();
    const planted = await softwareKey();
    await bend(on, 'ann', (passkey) => ({ ...passkey, credentialId: planted.credentialId }));
    expect(await outcomeOf(on.mfa.stepUp('ann', await signedProof(on, 'ann', planted)))).toBe('secret_unreadable');
    expect(await outcomeOf(on.mfa.stepUp('ann', await signedProof(on, 'ann', ann.key)))).toBe('unknown_credential');
  });
});

describe('a key planted', () => {
  test('in clear, or sealed for another user: unreadable', async () => {
    const { on, bob } = await two();
    const { factors } = await on.store.record('bob');
    const sealedForBob = (factors[0] as unknown as Fields)['secret'];
    for (const secret of [Buffer.from(bob.key.publicKey).toString('base64url'), sealedForBob]) {
      await bend(on, 'ann', (passkey) => ({ ...passkey, credentialId: bob.key.credentialId, secret }));
      const proof = await signedProof(on, 'ann', bob.key, { userHandle: null });
      expect(await outcomeOf(on.mfa.stepUp('ann', proof))).toBe('secret_unreadable');
    }
  });

  test('the whole row of another user: unreadable, alone as well', async () => {
    const { on, bob } = await two();
    const { factors } = await on.store.record('bob');
    const moved = factors[0] as unknown as Fields;
    await bend(on, 'ann', () => moved);
    const proof = await signedProof(on, 'ann', bob.key);
    expect(await outcomeOf(on.mfa.stepUp('ann', proof))).toBe('secret_unreadable');
    // As the thief would have it: with the handle of the one who is to be signed in.
    const userHandle = Buffer.from('ann').toString('base64url');
    await bend(on, 'ann', () => ({ ...moved, userHandle }));
    const alone = await signedAlone(on, bob.key, { userHandle });
    expect(await outcomeOf(on.mfa.passkeySignIn(alone))).toBe('secret_unreadable');
  });

  test('the challenge of a setup, replaced by that of another setup: unreadable', async () => {
    const on = stage(withPasskeys());
    const { options } = await creationOptions(on, 'eve');
    await creationOptions(on, 'ann');
    const { pending: theirs } = await on.store.record('eve');
    await on.store.edit('ann', (record) => ({
      ...record,
      pending: record.pending && {
        ...record.pending,
        factor: { ...record.pending.factor, secret: theirs?.factor.secret ?? '' },
      },
    }));
    const credential = await (await softwareKey()).create(options);
    expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { credential }))).toBe('secret_unreadable');
  });
});

test('one unreadable passkey does not stand in the way of the others', async () => {
  const on = stage(withPasskeys());
  const { key } = await enrollPasskey(on, 'ann');
  const other = await softwareKey();
  const { options } = await creationOptions(on, 'ann', { proof: await passkeyProof(on, 'ann', key) });
  await on.mfa.confirm({ userId: 'ann' }, { credential: await other.create(options) });
  await bend(on, 'ann', (passkey) => ({ ...passkey, hardware: true }));
  expect(await outcomeOf(on.mfa.stepUp('ann', await signedProof(on, 'ann', key)))).toBe('secret_unreadable');
  expect(await outcomeOf(on.mfa.verify(await signedVerify(on, 'ann', other)))).toBe('accepted');
  expect(await outcomeOf(on.mfa.passkeySignIn(await signedAlone(on, other)))).toBe('accepted');
  const [broken] = (await on.mfa.status('ann')).factors;
  expect(await outcomeOf(on.mfa.removeFactor('ann', broken?.id ?? '', await passkeyProof(on, 'ann', other)))).toBe(
    'accepted',
  );
});

test.each([
  ['signCount', -1],
  ['signCount', 2 ** 32],
  ['credentialId', ''],
  ['credentialId', 'A'.repeat(1365)],
  ['userHandle', 'A'.repeat(87)],
  ['userVerified', 1],
  ['transports', ['a'.repeat(17)]],
  ['aaguid', ''],
  ['surplus', true],
])('a row whose %s is %j is damaged: store_unavailable, by its place', async (field, value) => {
  const { on } = await two();
  await bend(on, 'ann', (passkey) => ({ ...passkey, [field]: value }));
  const error: unknown = await on.mfa.begin('ann').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'store_unavailable' });
  expect(String(error)).toMatch(/damaged at factors\.0/);
});
