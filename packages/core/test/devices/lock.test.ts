/** a lock that wrong passwords at the login alone made does not keep the owner of a trusted device out. */
import { outcomeOf, TEST_PASSWORD } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { lock, stage, type Stage } from '../harness.ts';
import { Browser, trusted } from './browser.ts';

const WRONG = 'wrong horse';

async function ready(options: Parameters<typeof stage>[0] = {}) {
  const on = stage(options);
  const ann = await on.enroll('ann');
  const browser = await trusted(on, ann);
  return { on, ann, browser };
}

/** What is counted of the account and of its first device. */
async function counted({ store }: Stage): Promise<unknown> {
  const { lockout, devices: [device] = [] } = await store.record('ann');
  return { failures: lockout.failures, passwordFailures: lockout.passwordFailures, device: device?.failures ?? 0 };
}

test('the owner signs in while strangers lock the account, and nobody else does', async () => {
  const { on, browser } = await ready();
  await lock(on, 'ann');
  expect(await new Browser().login(on, 'ann')).toBe('locked');
  expect(await new Browser(`${'A'.repeat(22)}.${'B'.repeat(43)}`).login(on, 'ann')).toBe('locked');
  const { lockout } = await on.store.record('ann');
  expect(await browser.login(on, 'ann')).toBe('signed-in');
  // It clears nothing, and the lock runs on for all others.
  expect((await on.store.record('ann')).lockout).toEqual(lockout);
  expect(await new Browser().login(on, 'ann')).toBe('locked');
  expect(await browser.login(on, 'ann')).toBe('signed-in');
});

test('ten wrong passwords of its own, locked or not, and then the cookie is ignored', async () => {
  const { on, browser } = await ready();
  for (let n = 1; n <= 4; n += 1) {
    expect(await browser.login(on, 'ann', WRONG)).toBe('wrong password');
    expect(await counted(on)).toEqual({ failures: n, passwordFailures: n, device: n });
  }
  for (let n = 0; n < 6; n += 1) await on.mfa.passwordFailed('ann');
  expect(await new Browser().login(on, 'ann')).toBe('locked');
  for (let n = 5; n <= 10; n += 1) expect(await browser.login(on, 'ann', WRONG)).toBe('wrong password');
  expect(await counted(on)).toEqual({ failures: 16, passwordFailures: 16, device: 10 });
  expect(on.events.at(-1)).toMatchObject({ type: 'attempt_refused', operation: 'login', deviceId: expect.any(String) });
  expect([await browser.login(on, 'ann', WRONG), await browser.login(on, 'ann')]).toEqual(['locked', 'locked']);
  expect(await outcomeOf(browser.begin(on, 'ann'))).toBe('locked');
  // Without a lock it is as any other browser, and a code makes it good again.
  await on.mfa.unlock('ann');
  expect(await browser.login(on, 'ann')).toBe('verify');
  const told = on.events.length;
  expect(await browser.login(on, 'ann', WRONG)).toBe('wrong password');
  expect(on.events.at(told)).not.toHaveProperty('deviceId');
});

test('its failures lock the account for everybody else', async () => {
  const { on, browser } = await ready();
  for (let n = 0; n < 10; n += 1) await browser.login(on, 'ann', WRONG);
  expect(on.events.at(-1)).toMatchObject({ type: 'account_locked', failures: 10 });
  expect([await browser.login(on, 'ann'), await new Browser().login(on, 'ann')]).toEqual(['locked', 'locked']);
});

test('a success by the device resets its own count and nothing else', async () => {
  const { on, browser } = await ready();
  for (let n = 0; n < 9; n += 1) await browser.login(on, 'ann', WRONG);
  expect(await browser.login(on, 'ann')).toBe('signed-in');
  expect(await counted(on)).toEqual({ failures: 9, passwordFailures: 9, device: 0 });
  for (let n = 0; n < 9; n += 1) await browser.login(on, 'ann', WRONG);
  const tab = browser.copy();
  expect([await browser.login(on, 'ann'), await counted(on)]).toEqual([
    'signed-in',
    { failures: 18, passwordFailures: 18, device: 0 },
  ]);
  // The secret before that counts as well for its minute.
  await browser.login(on, 'ann', WRONG);
  expect([await tab.login(on, 'ann'), await counted(on)]).toEqual([
    'signed-in',
    { failures: 19, passwordFailures: 19, device: 0 },
  ]);
  expect(on.events.at(-1)?.type).toBe('device_used');
});

test('the hard limit binds it, and so does a lock to which anything else than a login has led', async () => {
  const hard = await ready({ lockout: { maxFailures: 3, hardLimit: 6, durationSeconds: 60 } });
  await outcomeOf(hard.on.mfa.passwordFailed('ann'));
  for (let n = 0; n < 5; n += 1) await hard.browser.login(hard.on, 'ann', WRONG);
  expect(hard.on.events.at(-1)).toMatchObject({ type: 'account_locked', until: null, failures: 6 });
  expect(await hard.browser.login(hard.on, 'ann')).toBe('locked');

  const code = await ready();
  await outcomeOf(code.on.mfa.verify({ token: await code.on.token('ann'), code: code.ann.wrongCode() }));
  for (let n = 0; n < 9; n += 1) await code.on.mfa.passwordFailed('ann');
  expect(await code.browser.login(code.on, 'ann')).toBe('locked');

  const session = await ready();
  await lock(session.on, 'ann');
  session.on.clock.advance({ seconds: 30 });
  await outcomeOf(session.on.mfa.disable('ann', { password: WRONG, code: session.ann.code() }));
  expect(await session.browser.login(session.on, 'ann')).toBe('locked');
  expect(await session.browser.login(session.on, 'ann', WRONG)).toBe('locked');
});

test('an old secret, an enforced user and a void device pass no lock', async () => {
  const { on, browser } = await ready();
  const old = browser.copy();
  await browser.login(on, 'ann');
  on.clock.advance({ seconds: 61 });
  await lock(on, 'ann');
  const told = on.events.length;
  expect([await old.login(on, 'ann'), await old.login(on, 'ann', WRONG)]).toEqual(['locked', 'locked']);
  // Nothing is decided about a copy while the account is locked: `begin` refuses before it looks.
  expect([await outcomeOf(old.begin(on, 'ann')), on.events.length]).toEqual(['locked', told]);
  await on.mfa.enforce('ann');
  expect([await browser.login(on, 'ann'), await browser.login(on, 'ann', WRONG)]).toEqual(['locked', 'locked']);
  await on.mfa.exempt('ann');
  expect(await browser.login(on, 'ann')).toBe('signed-in');
  await on.mfa.forgetDevices('ann');
  expect(await browser.login(on, 'ann')).toBe('locked');
});

describe('wrong passwords that wait are counted together, each with its device', () => {
  test('in one commit; of two hundred with one cookie ten count while the account is locked', async () => {
    const { on, browser } = await ready();
    await lock(on, 'ann');
    const before = on.store.commits();
    const from = { device: browser.cookie };
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => outcomeOf(on.mfa.passwordFailed('ann', { userAgent: `${i}` }, from))),
    );
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'locked')).toHaveLength(190);
    expect(on.store.commits() - before).toBeLessThanOrEqual(2);
    expect(await counted(on)).toMatchObject({ failures: 20, device: 10 });
    expect(await browser.login(on, 'ann')).toBe('locked');
  });

  test('a flood of strangers leaves none of the device uncounted', async () => {
    const { on, browser } = await ready();
    await lock(on, 'ann');
    const strangers = Array.from({ length: 500 }, async () => outcomeOf(on.mfa.passwordFailed('ann')));
    const own = Array.from({ length: 3 }, async () =>
      outcomeOf(on.mfa.passwordFailed('ann', {}, { device: browser.cookie })),
    );
    expect(new Set(await Promise.all(strangers))).toEqual(new Set(['locked']));
    expect(await Promise.all(own)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await counted(on)).toMatchObject({ failures: 13, device: 3 });
  });

  test('a commit has at most 101 events, whatever the options', async () => {
    const lockout = { maxFailures: 1, hardLimit: 100, durationSeconds: 3600, maxDurationSeconds: 3600 };
    const { on, ann, browser } = await ready({ lockout, trustedDevices: { max: 10 } });
    const browsers = [browser];
    while (browsers.length < 10) browsers.push(await trusted(on, ann));
    const sizes: number[] = [];
    const { commit } = on.options.store;
    const another = on.another({
      store: {
        ...on.options.store,
        commit: async (swap) => {
          sizes.push(swap.events.length);
          return commit(swap);
        },
      },
    });
    const calls = browsers.flatMap(({ cookie }) =>
      Array.from({ length: 20 }, async () => outcomeOf(another.passwordFailed('ann', {}, { device: cookie }))),
    );
    const outcomes = await Promise.all(calls);
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(100);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(101);
    expect(on.events.at(-1)).toMatchObject({ type: 'account_locked', until: null, failures: 100 });
  });
});

test('the right password of a locked account still needs the second factor where there is no device', async () => {
  const { on, browser } = await ready();
  await lock(on, 'ann');
  expect(await browser.login(on, 'ann', TEST_PASSWORD)).toBe('signed-in');
  expect(await on.mfa.begin('ann').catch((error: unknown) => error)).toMatchObject({ code: 'locked' });
});
