/** The record stays small, with everything in use. */
import type { MfaRecord } from '@mfakit/core';
import {
  outcomeOf,
  softwareKey,
  TEST_PASSWORD,
  virtualAuthenticator,
  type SoftwareKey,
  type TestApplicationOptions,
} from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { trusted } from '../devices/browser.ts';
import { stage, type Stage } from '../harness.ts';
import { userRow } from '../import/rows.ts';
import { seededRandom } from '../seeded-random.ts';
import {
  creationOptions,
  enrollPasskey,
  passkeyProof,
  signedAlone,
  signedVerify,
  withPasskeys,
  WRONG_SIGNATURE,
} from '../passkeys/passkey-harness.ts';

const LIMIT_BYTES = 8192;
const LIMIT_WITH_DEVICES_BYTES = 10_240;
/** The longest label, in characters of three bytes. */
const LABEL = '\u5B57'.repeat(64);

/** The record of a user with so many trusted devices, each with a wrong password of its own. */
async function withDevices(max: number): Promise<MfaRecord> {
  const on = stage({ trustedDevices: { max } });
  const ann = await on.enroll('ann');
  for (let n = 0; n < max; n += 1) {
    const browser = await trusted(on, ann, LABEL);
    await browser.next(on, 'ann');
    await on.mfa.passwordFailed('ann', {}, { device: browser.cookie });
  }
  const record = await on.store.record('ann');
  expect(record.devices).toHaveLength(max);
  return record;
}

test('at default options the record stays below 8 KB, with everything in use', async () => {
  // Of five apps with random secrets, one shows the code of another now and then.
  const on = stage({ random: seededRandom(1) });
  const { mfa, clock, store } = on;
  const ann = await on.enroll('ann');
  const phones = [ann.phone];
  const stageNext = async () => {
    clock.advance({ seconds: 30 });
    return mfa.setup({ userId: 'ann' }, { accountName: 'ann', label: LABEL, proof: ann.proof() });
  };
  while (phones.length < 5) {
    const phone = virtualAuthenticator((await stageNext()).uri);
    await mfa.confirm({ userId: 'ann' }, { code: phone.code(clock()) });
    phones.push(phone);
  }
  await mfa.removeFactor('ann', ann.factorId, {
    password: TEST_PASSWORD,
    code: phones[1]?.code(clock() + 30_000) ?? '',
  });
  phones.shift();
  clock.advance({ seconds: 60 });
  const code = (): string => phones[0]?.code(clock()) ?? '';
  await mfa.setup(
    { userId: 'ann' },
    { accountName: 'ann', label: LABEL, proof: { password: TEST_PASSWORD, code: code() } },
  );
  await mfa.enforce('ann');
  await mfa.exempt('ann', { until: new Date(clock() + 1e10) });

  // Four sign-ins in each time step, more than are remembered.
  for (let step = 0; step < 12; step++) {
    clock.advance({ seconds: 30 });
    for (const phone of phones) await mfa.verify({ token: await on.token('ann'), code: phone.code(clock()) });
  }
  // What is no failure is noted too, for each factor.
  for (const phone of phones) await outcomeOf(mfa.stepUp('ann', { code: phone.code(clock()) }));
  for (let n = 0; n < 4; n++) await outcomeOf(mfa.stepUp('ann', { code: ann.wrongCode() }));
  for (let n = 0; n < 6; n++) await mfa.passwordFailed('ann');

  const record = await store.record('ann');
  const { factors, pending, backupCodes, spentChallenges, trail, uncounted, lockout, guesses } = record;
  expect([factors.length, backupCodes?.remaining, spentChallenges.length, trail.length]).toEqual([4, 10, 32, 8]);
  // The same name once more gets a number, and is cut for it.
  expect([pending?.factor.label, uncounted.ids.length, lockout.failures, guesses.level > 3]).toEqual([
    `${LABEL.slice(0, -3)} 5`,
    4,
    10,
    true,
  ]);
  // Another instance may have activated the last factor beside the setup that waits; the first setup has codes waiting.
  const largest = {
    ...record,
    factors: [...factors, ...factors.slice(0, 1)],
    pending: pending && { ...pending, backupCodes },
  };
  const bytes = new TextEncoder().encode(JSON.stringify(largest)).length;
  expect(bytes).toBeGreaterThan(LIMIT_BYTES / 3);
  expect(bytes).toBeLessThan(LIMIT_BYTES);
  // Devices are off by default. With as many as the option then allows, their labels as long as can be:
  const { devices } = await withDevices(5);
  expect(size({ ...largest, devices })).toBeLessThan(LIMIT_WITH_DEVICES_BYTES);
  // And a user who came from another system, with the longest list of hashes:
  const moved = { ...largest, ...(await imported()) };
  expect(moved.backupCodes?.remaining).toBe(16);
  expect(size({ ...moved, pending: { ...pending, backupCodes: null } })).toBeLessThan(LIMIT_BYTES);
  expect(size({ ...moved, pending: { ...pending, backupCodes: null }, devices })).toBeLessThan(
    LIMIT_WITH_DEVICES_BYTES,
  );
});

/** What an import leaves at most: sixteen hashes, each as long as is taken, in a form of many groups. */
async function imported(): Promise<Pick<MfaRecord, 'backupCodes' | 'imported'>> {
  const on = stage();
  const hashes = Array.from(
    { length: 16 },
    (_, i) => `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${String.fromCharCode(65 + i)}${'B'.repeat(104)}A`,
  );
  const row = userRow({ source: LABEL, backupCodes: { hashes, form: { groups: Array<number>(32).fill(1) } } });
  expect(hashes[0]).toHaveLength(160);
  expect(await on.mfa.importUser(row)).toMatchObject({ backupCodes: 16 });
  return on.store.record('ann');
}

const size = (document: unknown): number => new TextEncoder().encode(JSON.stringify(document)).length;

/** What the port tells the authors of stores: see `MfaStore`. */
const LARGEST_BYTES = 32_768;
const EVENT_BYTES = 4096;

test('at the largest options the record stays below 32 KB, and an event below 4 KB', async () => {
  const on = stage({ random: seededRandom(2), maxFactors: 20, backupCodes: { count: 100 }, challengeTtlSeconds: 600 });
  const { mfa, clock, store } = on;
  const ann = await on.enroll('ann');
  const request = { ip: '\u5B57'.repeat(64), userAgent: '\u5B57'.repeat(256), actor: '\u5B57'.repeat(255) };
  const stageNext = async (): Promise<string> => {
    clock.advance({ seconds: 30 });
    const details = { accountName: 'ann', label: LABEL, proof: ann.proof() };
    return (await mfa.setup({ userId: 'ann' }, details, request)).uri;
  };
  for (let factors = 1; factors < 20; factors += 1) {
    const phone = virtualAuthenticator(await stageNext());
    await mfa.confirm({ userId: 'ann' }, { code: phone.code(clock()) }, request);
  }
  for (let step = 0; step < 50; step += 1) {
    clock.advance({ seconds: 30 });
    await mfa.verify({ token: await on.token('ann'), code: ann.code() }, request);
  }
  const record = await store.record('ann');
  const [factor] = record.factors;
  const other = await on.enroll('bob');
  await mfa.reset(other.userId);
  await mfa.setup({ userId: 'bob' }, { accountName: 'bob', label: LABEL });
  const { pending } = await store.record('bob');
  expect([record.factors.length, record.backupCodes?.remaining, record.spentChallenges.length]).toEqual([20, 100, 32]);
  // Another instance may have activated the last factor beside the setup that waits, and each has reported each factor.
  const ids = [...record.factors, ...(factor === undefined ? [] : [factor])].map(({ id }) => id);
  const { devices = [] } = await withDevices(10);
  const noted = { slot: record.lastEventSeq, ids: [...ids, ...devices.map(({ id }) => id)] };
  const largest = { ...record, pending, devices, uncounted: noted };
  expect(pending?.backupCodes).not.toBeNull();
  expect(size(largest)).toBeGreaterThan(LARGEST_BYTES / 2);
  expect(size(largest)).toBeLessThan(LARGEST_BYTES);
  const sizes = (await mfa.history('ann', { limit: 200 })).map(size);
  expect(Math.max(...sizes)).toBeGreaterThan(EVENT_BYTES / 3);
  expect(Math.max(...sizes)).toBeLessThan(EVENT_BYTES);
});

/** Adds passkeys and apps to a user who has a passkey. */
async function addFactors(
  on: Stage,
  key: SoftwareKey,
  { passkeys, apps, label }: { readonly passkeys: number; readonly apps: number; readonly label: string },
): Promise<void> {
  for (let i = 1; i < passkeys; i++) {
    const { options } = await creationOptions(on, 'ann', { label, proof: await passkeyProof(on, 'ann', key) });
    const credential = await (await softwareKey({ transports: ['internal', 'hybrid'] })).create(options);
    await on.mfa.confirm({ userId: 'ann' }, { credential });
  }
  for (let i = 0; i < apps; i++) {
    const proof = await passkeyProof(on, 'ann', key);
    const { uri } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', label, proof });
    await on.mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(on.clock()) });
  }
}

/** More sign-ins than are remembered, refusals, and trusted devices if there can be any. */
async function wear(on: Stage, key: SoftwareKey, label: string): Promise<void> {
  const { mfa, clock } = on;
  for (let i = 0; i < 40; i++) {
    clock.advance({ seconds: 1 });
    await mfa.verify({ ...(await signedVerify(on, 'ann', key)), trustDevice: { label } });
  }
  await outcomeOf(mfa.verify(await signedVerify(on, 'ann', key, WRONG_SIGNATURE)));
  await mfa.passwordFailed('ann');
}

/** A user with five factors, the last of which another instance has activated beside the setup that waits. */
async function largestOf(options: TestApplicationOptions, label: string) {
  // Random handles have 64 bytes.
  const on = stage({ random: seededRandom(3), ...withPasskeys({}), ...options });
  const { key } = await enrollPasskey(on, 'ann', { transports: ['internal', 'hybrid'] });
  await addFactors(on, key, { passkeys: 3, apps: 1, label });
  await wear(on, key, label);
  await creationOptions(on, 'ann', { label, proof: await passkeyProof(on, 'ann', key) });
  const record = await on.store.record('ann');
  expect([record.factors.length, record.spentChallenges.length, record.pending?.factor.kind]).toEqual([
    4,
    32,
    'webauthn',
  ]);
  return { ...record, factors: [...record.factors, ...record.factors.slice(1, 2)] };
}

describe('with passkeys', () => {
  test('at default options, which trust no device, it stays below 8 KB with the longest labels', async () => {
    const largest = await largestOf({ trustedDevices: undefined } as never, LABEL);
    expect(largest.devices).toBeUndefined();
    expect(size(largest)).toBeGreaterThan(LIMIT_BYTES / 2);
    expect(size(largest)).toBeLessThan(LIMIT_BYTES);
  });

  test('with five trusted devices too it stays below 8 KB, with labels as people give them', async () => {
    const largest = await largestOf({}, 'Firefox on Windows');
    expect(largest.devices).toHaveLength(5);
    expect(size(largest)).toBeGreaterThan(LIMIT_BYTES / 2);
    expect(size(largest)).toBeLessThan(LIMIT_BYTES);
  });

  test('five passkeys, five apps, five devices, ten codes and 32 spent tokens stay below 12 KB', async () => {
    const on = stage({ random: seededRandom(4), ...withPasskeys({}), maxFactors: 11 });
    const { key } = await enrollPasskey(on, 'ann', { transports: ['internal', 'hybrid'] });
    await addFactors(on, key, { passkeys: 5, apps: 5, label: LABEL });
    await wear(on, key, LABEL);
    await creationOptions(on, 'ann', { label: LABEL, proof: await passkeyProof(on, 'ann', key) });
    const record = await on.store.record('ann');
    expect([
      record.factors.filter(({ kind }) => kind === 'webauthn').length,
      record.factors.filter(({ kind }) => kind === 'totp').length,
      record.devices?.length,
      record.backupCodes?.remaining,
      record.spentChallenges.length,
    ]).toEqual([5, 5, 5, 10, 32]);
    expect(size(record)).toBeGreaterThan(LIMIT_BYTES);
    expect(size(record)).toBeLessThan(12_288);
  });

  test('invariant 6: two thousand sign-ins do not grow it', async () => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann');
    const sizes: number[] = [];
    for (let i = 0; i < 2000; i++) {
      on.clock.advance({ seconds: 1 });
      await on.mfa.passkeySignIn(await signedAlone(on, key));
      if (i === 100 || i === 1999) sizes.push(size(await on.store.record('ann')));
    }
    const [early = 0, late = 0] = sizes;
    // Only numbers have grown by a digit or two: the counter of the key, and that of events.
    expect(late - early).toBeLessThanOrEqual(4);
    expect(late).toBeLessThan(1400 + 600 + 58 * 32);
  });
});
