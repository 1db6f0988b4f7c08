/** The record stays small, with everything in use. */
import { outcomeOf, TEST_PASSWORD, virtualAuthenticator } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import type { MfaRecord } from '@mfakit/core';
import { trusted } from '../devices/browser.ts';
import { stage } from '../harness.ts';

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
  const on = stage();
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
});

const size = (document: unknown): number => new TextEncoder().encode(JSON.stringify(document)).length;

/** What the port tells the authors of stores: see `MfaStore`. */
const LARGEST_BYTES = 32_768;
const EVENT_BYTES = 4096;

test('at the largest options the record stays below 32 KB, and an event below 4 KB', async () => {
  const on = stage({ maxFactors: 20, backupCodes: { count: 100 }, challengeTtlSeconds: 600 });
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
