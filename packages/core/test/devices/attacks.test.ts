/** what a trusted device is worth, and what takes it away. */
import { sha256 } from '@noble/hashes/sha2.js';
import { base64urlnopad } from '@scure/base';
import { createMfa, type MfaEvent } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD, virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';
import { Browser, trusted } from './browser.ts';

const DAY_S = 86_400;
const typesOf = (events: readonly MfaEvent[]): readonly string[] => events.map(({ type }) => type);

test('a trusted device signs in, with a new secret each time and the same end of trust', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  const browser = await trusted(on, ann, 'Firefox on Windows');
  const [device] = (await on.mfa.status('ann')).devices;
  const expiresAt = new Date(on.clock() + 30 * DAY_S * 1000);
  expect(device).toEqual({
    id: expect.stringMatching(/^[\w-]{22}$/),
    label: 'Firefox on Windows',
    createdAt: new Date(on.clock()),
    lastUsedAt: new Date(on.clock()),
    expiresAt,
  });
  for (let day = 0; day < 3; day += 1) {
    on.clock.advance({ seconds: DAY_S });
    const before = browser.cookie;
    const begun = await browser.begin(on, 'ann');
    expect(begun).toEqual({
      next: 'signed-in',
      sessionEpoch: expect.any(Number),
      seq: on.events.at(-1)?.seq,
      device: { cookie: browser.cookie, expiresAt },
    });
    expect(browser.cookie).toMatch(/^[\w-]{22}\.[\w-]{43}$/);
    expect(browser.cookie).not.toBe(before);
    expect(browser.cookie?.split('.')[0]).toBe(before?.split('.')[0]);
  }
  expect(on.events.at(-1)).toMatchObject({ type: 'device_used', deviceId: device?.id });
  expect((await on.mfa.status('ann')).devices).toMatchObject([{ lastUsedAt: new Date(on.clock()), expiresAt }]);
});

test('R-80 trust ends after its days, however often it was used', async () => {
  const on = stage({ trustedDevices: { days: 2 } });
  const ann = await on.enroll('ann');
  const browser = await trusted(on, ann);
  on.clock.advance({ seconds: DAY_S });
  expect(await browser.next(on, 'ann')).toBe('signed-in');
  on.clock.advance({ seconds: DAY_S - 1 });
  expect(await browser.next(on, 'ann')).toBe('signed-in');
  on.clock.advance({ seconds: 1 });
  const told = on.events.length;
  expect(await browser.next(on, 'ann')).toBe('verify');
  expect(on.events).toHaveLength(told);
  expect((await on.mfa.status('ann')).devices).toEqual([]);
});

test('R-80 a shorter option holds for devices that were trusted before it', async () => {
  const on = stage({ trustedDevices: { days: 90 } });
  const ann = await on.enroll('ann');
  const browser = await trusted(on, ann);
  const trustedAt = on.clock();
  const shorter = { mfa: on.another({ trustedDevices: { days: 7 } }) };
  const end = new Date(trustedAt + 7 * DAY_S * 1000);
  on.clock.advance({ seconds: 7 * DAY_S - 1 });
  expect((await shorter.mfa.status('ann')).devices).toMatchObject([{ expiresAt: end }]);
  expect(await browser.begin(shorter, 'ann')).toMatchObject({ next: 'signed-in', device: { expiresAt: end } });
  on.clock.advance({ seconds: 1 });
  expect(await browser.next(shorter, 'ann')).toBe('verify');
  expect((await shorter.mfa.status('ann')).devices).toEqual([]);
  expect(await browser.next(on, 'ann')).toBe('signed-in');
});

test('R-81 it claims nothing: no event of a success, no failure cleared, no amr', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  const browser = await trusted(on, ann);
  await on.mfa.passwordFailed('ann');
  await outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() }));
  const { lockout, guesses, spentChallenges } = await on.store.record('ann');
  const told = on.events.length;
  const begun = await browser.begin(on, 'ann');
  expect(Object.keys(begun).sort()).toEqual(['device', 'next', 'seq', 'sessionEpoch']);
  expect(typesOf(on.events.slice(told))).toEqual(['device_used']);
  expect(await on.store.record('ann')).toMatchObject({ lockout, guesses, spentChallenges });
});

describe('R-82 a change of factors or password voids every device', () => {
  const changes: Readonly<Record<string, (on: ReturnType<typeof stage>, code: () => string) => Promise<unknown>>> = {
    async 'a further factor'({ mfa, clock }, code) {
      const proof = { password: TEST_PASSWORD, code: code() };
      const { uri } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof });
      await mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(clock()) });
    },
    'a removed factor': async ({ mfa, store }, code) =>
      mfa.removeFactor('ann', (await store.record('ann')).factors[0]?.id ?? '', {
        password: TEST_PASSWORD,
        code: code(),
      }),
    disable: ({ mfa }, code) => mfa.disable('ann', { password: TEST_PASSWORD, code: code() }),
    reset: ({ mfa }) => mfa.reset('ann'),
    forget: ({ mfa }) => mfa.forget('ann'),
    'a new password': ({ mfa }) => mfa.passwordChanged('ann'),
    forgetDevices: ({ mfa }) => mfa.forgetDevices('ann'),
  };
  test.each(Object.keys(changes))('%s', async (name) => {
    const on = stage();
    const ann = await on.enroll('ann');
    const browser = await trusted(on, ann);
    on.clock.advance({ seconds: 30 });
    const voided = await on.store.record('ann');
    await changes[name]?.(on, ann.code);
    expect(await on.store.record('ann')).not.toHaveProperty('devices');
    // Even if the list came back, as from a part of a backup: a device belongs to its epoch.
    const kept = name === 'forgetDevices' ? undefined : voided.devices;
    await on.store.edit('ann', (record) => ({ ...record, ...(kept && { devices: kept }) }));
    expect((await on.mfa.status('ann')).devices).toEqual([]);
    if ((await on.store.record('ann')).factors.length === 0) await on.enroll('ann');
    expect(await browser.next(on, 'ann')).toBe('verify');
  });

  test('one device, by the user and by support; the others stay', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const [one, two, three] = [await trusted(on, ann), await trusted(on, ann), await trusted(on, ann)];
    const labels = (await on.mfa.status('ann')).devices.map(({ label }) => label);
    expect(labels).toEqual(['Browser 3', 'Browser 2', 'Browser']);
    const ids = (await on.mfa.status('ann')).devices.map(({ id }) => id);
    await on.mfa.forgetDevice('ann', ids[0] ?? '');
    expect(on.events.at(-1)).toMatchObject({ type: 'device_forgotten', deviceId: ids[0], by: 'user' });
    await on.mfa.forgetDevice('ann', ids[1] ?? '', { actor: 'eve' });
    expect(on.events.at(-1)).toMatchObject({ deviceId: ids[1], by: 'support', actor: 'eve' });
    expect(await outcomeOf(on.mfa.forgetDevice('ann', ids[0] ?? ''))).toBe('device_not_found');
    expect([await three.next(on, 'ann'), await two.next(on, 'ann')]).toEqual(['verify', 'verify']);
    expect(await one.next(on, 'ann')).toBe('signed-in');
    await on.mfa.forgetDevices('ann');
    expect(on.events.at(-1)).toMatchObject({ type: 'device_forgotten', deviceId: null, by: 'user' });
    const told = on.events.length;
    await on.mfa.forgetDevices('ann');
    expect(on.events).toHaveLength(told);
    expect(await one.next(on, 'ann')).toBe('verify');
  });
});

describe('R-83 a copied cookie', () => {
  const LATER = { seconds: 61 };
  test.each([1, 5])('the thief first, %i times: found when the owner comes back', async (times) => {
    const on = stage();
    const ann = await on.enroll('ann');
    const owner = await trusted(on, ann);
    const thief = owner.copy();
    for (let n = 0; n < times; n += 1) expect(await thief.next(on, 'ann')).toBe('signed-in');
    on.clock.advance(LATER);
    const begun = await owner.begin(on, 'ann');
    expect(begun).toMatchObject({ next: 'verify', device: { cookie: '' } });
    expect(begun).not.toHaveProperty('device.expiresAt');
    expect(on.events.at(-1)).toMatchObject({ type: 'device_forgotten', by: 'reuse' });
    expect(await thief.next(on, 'ann')).toBe('verify');
    expect((await on.mfa.status('ann')).devices).toEqual([]);
  });

  test('the owner first: found when the thief comes, and the owner is asked as well', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const owner = await trusted(on, ann);
    const thief = owner.copy();
    expect(await owner.next(on, 'ann')).toBe('signed-in');
    on.clock.advance(LATER);
    expect(await thief.next(on, 'ann')).toBe('verify');
    expect(await owner.next(on, 'ann')).toBe('verify');
  });

  test('within the minute of two tabs it gets one sign-in and nothing to go on with', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const owner = await trusted(on, ann);
    const thief = owner.copy();
    expect(await owner.next(on, 'ann')).toBe('signed-in');
    on.clock.advance({ seconds: 59 });
    expect(await thief.begin(on, 'ann')).not.toHaveProperty('device');
    // A clock that was set back does not make the minute longer.
    on.clock.set(on.clock() - 180_000);
    expect(await thief.next(on, 'ann')).toBe('verify');
  });

  test('two rotations ago is no lost answer, not even in the same minute', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const owner = await trusted(on, ann);
    const thief = owner.copy();
    await owner.next(on, 'ann');
    await owner.next(on, 'ann');
    expect(await thief.next(on, 'ann')).toBe('verify');
    expect(on.events.at(-1)).toMatchObject({ type: 'device_forgotten', by: 'reuse' });
  });

  test('R-84 a sign-in that the minute of two tabs allows writes at most one event in half a minute', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const owner = await trusted(on, ann);
    const other = owner.copy();
    on.clock.set(Math.ceil(on.clock() / 30_000) * 30_000);
    await owner.next(on, 'ann');
    const told = on.events.length;
    for (let n = 0; n < 50; n += 1) expect(await other.next(on, 'ann')).toBe('signed-in');
    expect(typesOf(on.events.slice(told))).toEqual(['device_used']);
  });

  test('R-84 repeated once it is found, it writes nothing more', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const owner = await trusted(on, ann);
    const thief = owner.copy();
    await owner.next(on, 'ann');
    on.clock.advance(LATER);
    const stolen = thief.cookie;
    for (let n = 0; n < 5; n += 1) await new Browser(stolen).next(on, 'ann');
    expect(on.events.filter(({ type }) => type === 'device_forgotten')).toHaveLength(1);
  });
});

describe('R-83 a cookie that is not this device of this user', () => {
  test('of another user, and planted in the browser of another user', async () => {
    const on = stage();
    const [ann, eve] = [await on.enroll('ann'), await on.enroll('eve')];
    const [hers, planted] = [await trusted(on, ann), await trusted(on, eve)];
    const told = on.events.length;
    expect([await hers.next(on, 'eve'), await planted.next(on, 'ann')]).toEqual(['verify', 'verify']);
    expect(on.events).toHaveLength(told);
    expect([await hers.next(on, 'ann'), await planted.next(on, 'eve')]).toEqual(['signed-in', 'signed-in']);
  });

  test('R-87 of somebody who knows the id from `status`, or the digests from a database', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const browser = await trusted(on, ann);
    await browser.next(on, 'ann');
    const [series = '', secret = ''] = browser.cookie?.split('.') ?? [];
    const { devices: [device] = [] } = await on.store.record('ann');
    const told = on.events.length;
    const known = [device?.id ?? '', ...['A', 'B'].map((letter) => letter.repeat(22))];
    const secrets = [device?.digest ?? '', device?.previous ?? '', secret];
    for (const one of known) {
      for (const two of secrets) expect(await new Browser(`${one}.${two}`).next(on, 'ann')).toBe('verify');
    }
    expect(on.events).toHaveLength(told);
    // The hashes are what they are said to be.
    expect(device?.id).toBe(base64urlnopad.encode(sha256(new TextEncoder().encode(series)).subarray(0, 16)));
    expect(device?.digest).toBe(base64urlnopad.encode(sha256(new TextEncoder().encode(secret))));
    expect(await browser.next(on, 'ann')).toBe('signed-in');
  });

  test.each([
    ['empty', ''],
    ['a tilde', '~'],
    ['no secret', 'A'.repeat(22)],
    ['a megabyte', 'A'.repeat(1_000_000)],
    ['a megabyte of tildes', '~'.repeat(1_000_000)],
    ['control characters', `\0${'A'.repeat(21)}.${'B'.repeat(43)}`],
    ['another alphabet', `${'\u00E9'.repeat(22)}.${'B'.repeat(43)}`],
    ['no string', 17 as unknown as string],
    ['nothing', null as unknown as string],
    ['a parsed object', { series: 'A' } as unknown as string],
  ])('malformed: %s', async (_name, cookie) => {
    const on = stage();
    const ann = await on.enroll('ann');
    const token = await on.token('ann');
    const { mfa } = on;
    expect(await mfa.begin('ann', {}, { device: cookie })).toMatchObject({ next: 'verify' });
    await mfa.assertNotLocked('ann', { device: cookie });
    await mfa.passwordFailed('ann', {}, { device: cookie });
    const { device } = await mfa.verify({ token, code: ann.code(), trustDevice: { cookie } });
    expect(device?.cookie).toHaveLength(66);
  });

  test('beside others in a cookie that is too long, or spelled twice', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const { cookie = '' } = await trusted(on, ann);
    expect(await new Browser(`${cookie}~${'x'.repeat(400)}`).next(on, 'ann')).toBe('verify');
    expect(await new Browser(`junk~${cookie}~~${cookie}~`).next(on, 'ann')).toBe('signed-in');
  });
});

describe('several users of one browser', () => {
  test('five of them each have an entry, the newest first; a sixth pushes out the first', async () => {
    const on = stage();
    const browser = new Browser();
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const name of names) await browser.trust(on, await on.enroll(name));
    expect(browser.cookie?.length).toBe(334);
    expect(browser.cookie?.length).toBeLessThanOrEqual(400);
    const next = [];
    for (const name of names) next.push(await browser.next(on, name));
    expect(next).toEqual(['verify', ...Array<string>(5).fill('signed-in')]);
    expect(browser.cookie?.length).toBe(334);
  });

  test('the cookie stays as long as any entry may be good', async () => {
    const on = stage();
    const browser = new Browser();
    await browser.trust(on, await on.enroll('ann'));
    on.clock.advance({ seconds: 20 * DAY_S });
    const { device } = await browser.trust(on, await on.enroll('bob'));
    const thirty = (): Date => new Date(on.clock() + 30 * DAY_S * 1000);
    expect(device?.expiresAt).toEqual(thirty());
    on.clock.advance({ seconds: 1 });
    expect(await browser.begin(on, 'ann')).toMatchObject({ next: 'signed-in', device: { expiresAt: thirty() } });
  });

  test('a copied entry goes, those of others stay', async () => {
    const on = stage();
    const browser = new Browser();
    await browser.trust(on, await on.enroll('ann'));
    await browser.trust(on, await on.enroll('bob'));
    const thief = browser.copy();
    await thief.next(on, 'ann');
    on.clock.advance({ seconds: 61 });
    expect(await browser.next(on, 'ann')).toBe('verify');
    expect(browser.cookie).toHaveLength(66);
    expect(await browser.next(on, 'bob')).toBe('signed-in');
  });
});

describe('R-80 when a device may be trusted', () => {
  test('not after a backup code, and not without the option', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const backupCode = ann.backupCodes[0] ?? '';
    const verified = await on.mfa.verify({ token: await on.token('ann'), backupCode, trustDevice: {} });
    expect(verified).not.toHaveProperty('device');
    expect(on.events.at(-1)?.type).toBe('verified');
    const { trustedDevices: _off, ...off } = on.options;
    const browser = await trusted(on, ann);
    on.clock.advance({ seconds: 30 });
    const without = { mfa: createMfa(off), clock: on.clock };
    expect(await browser.copy().next(without, 'ann')).toBe('verify');
    expect(await new Browser().trust(without, ann)).not.toHaveProperty('device');
    expect((await without.mfa.status('ann')).devices).toEqual([]);
    // Off is off, not forgotten: the operator may have started the wrong version.
    expect(await browser.next(on, 'ann')).toBe('signed-in');
    await without.mfa.forgetDevices('ann');
    expect(await browser.next(on, 'ann')).toBe('verify');
  });

  test('a stolen session, a proof or a step-up cannot: only `verify` takes the box', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const stepped = { code: ann.code(), trustDevice: {} };
    await on.mfa.stepUp('ann', stepped);
    expect(await on.store.record('ann')).not.toHaveProperty('devices');
    on.clock.advance({ seconds: 30 });
    const token = await on.token('ann');
    expect(await outcomeOf(on.mfa.verify({ token, code: ann.wrongCode(), trustDevice: {} }))).toBe('invalid_code');
    expect(await on.store.record('ann')).not.toHaveProperty('devices');
  });

  test('R-85 a device alone proves nothing in a session', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const { cookie } = await trusted(on, ann);
    const proof = { password: TEST_PASSWORD, device: cookie } as never;
    expect(await outcomeOf(on.mfa.stepUp('ann', { device: cookie } as never))).toBe('invalid_input');
    for (const refused of [
      on.mfa.disable('ann', proof),
      on.mfa.removeFactor('ann', ann.factorId, proof),
      on.mfa.regenerate('ann', proof),
    ])
      expect(await outcomeOf(refused)).toBe('proof_required');
  });

  test('at most `max`: the one that was used longest ago makes room', async () => {
    const on = stage({ trustedDevices: { max: 2 } });
    const ann = await on.enroll('ann');
    const [one, two] = [await trusted(on, ann), await trusted(on, ann)];
    on.clock.advance({ seconds: 1 });
    await one.next(on, 'ann');
    const told = on.events.length;
    const three = await trusted(on, ann);
    expect(typesOf(on.events.slice(told))).toEqual(['verified', 'device_forgotten', 'device_trusted']);
    expect(on.events.at(-2)).toMatchObject({ by: 'limit' });
    const next = [await two.next(on, 'ann'), await one.next(on, 'ann'), await three.next(on, 'ann')];
    expect(next).toEqual(['verify', 'signed-in', 'signed-in']);
    for (let n = 0; n < 5; n += 1) await trusted(on, ann);
    expect((await on.store.record('ann')).devices).toHaveLength(2);
  });

  test('trusted once more, a browser takes one place', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const browser = await trusted(on, ann);
    const stolen = browser.copy();
    await browser.trust(on, ann);
    expect((await on.mfa.status('ann')).devices).toHaveLength(1);
    expect(browser.cookie).toHaveLength(66);
    expect([await stolen.next(on, 'ann'), await browser.next(on, 'ann')]).toEqual(['verify', 'signed-in']);
    // Of a copy that comes back here, the history says so.
    const copy = browser.copy();
    await browser.next(on, 'ann');
    on.clock.advance({ seconds: 61 });
    await copy.trust(on, ann);
    expect(on.events.find((event) => event.type === 'device_forgotten' && event.by === 'reuse')).toBeDefined();
  });

  test.each([
    ['empty', ''],
    ['invisible', 'a\u202Eb'],
    ['too long', 'x'.repeat(65)],
    ['no string', 7 as unknown as string],
  ])('a label that is %s is refused, and nothing is spent', async (_name, label) => {
    const on = stage();
    const ann = await on.enroll('ann');
    const token = await on.token('ann');
    const refused = await on.mfa
      .verify({ token, code: ann.code(), trustDevice: { label } })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'invalid_input', field: 'trustDevice.label' });
    expect(await outcomeOf(on.mfa.verify({ token, code: ann.code(), trustDevice: 7 as never }))).toBe('invalid_input');
    await on.mfa.verify({ token, code: ann.code() });
  });
});

describe('R-85 a user who must use MFA', () => {
  test('is never signed in by a device while it is required, and again after `exempt`', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const browser = await trusted(on, ann);
    await on.mfa.enforce('ann', { from: new Date(on.clock() + 60_000) });
    const begun = await browser.begin(on, 'ann');
    expect(begun.next).toBe('signed-in');
    expect(begun).not.toHaveProperty('enrollBy');
    on.clock.advance({ seconds: 60 });
    const told = on.events.length;
    expect(await browser.next(on, 'ann')).toBe('verify');
    expect(on.events).toHaveLength(told);
    expect(await new Browser().trust(on, ann)).not.toHaveProperty('device');
    await on.mfa.exempt('ann');
    expect(await browser.next(on, 'ann')).toBe('signed-in');
  });

  test('by the option `require` too, unless `allowWhenRequired` is set', async () => {
    const on = stage({ require: 'all' });
    await on.mfa.exempt('ann', { until: new Date(on.clock() + 60_000) });
    const ann = await on.enroll('ann');
    on.clock.advance({ seconds: 60 });
    expect(await new Browser().trust(on, ann)).not.toHaveProperty('device');
    const allowing = { mfa: on.another({ trustedDevices: { allowWhenRequired: true } }), clock: on.clock };
    const browser = await trusted(allowing, ann);
    expect(await browser.copy().next(on, 'ann')).toBe('verify');
    expect(await browser.next(allowing, 'ann')).toBe('signed-in');
  });
});
