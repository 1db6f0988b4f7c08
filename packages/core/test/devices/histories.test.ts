/** random histories of sign-ins with current, previous, older and foreign cookies, against a model. */
import { createHash } from 'node:crypto';
import { fc, test } from '@fast-check/vitest';
import { TEST_PASSWORD, type EnrolledUser } from '@mfakit/testkit';
import { expect } from 'vitest';
import { stage, type Stage } from '../harness.ts';
import { Browser } from './browser.ts';
import { Model } from './model.ts';

/** `MFAKIT_TEST_LONG=1`: a hundred thousand histories. */
const LONG = process.env['MFAKIT_TEST_LONG'] === '1';
const HISTORIES = LONG ? 100_000 : 400;

const DAYS = 2;
const MAX = 2;
const DAY_S = 86_400;

const user = fc.nat({ max: 1 });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('begin' as const),
      user,
      // Of all cookies that were ever given out: how long ago, and by which of the devices.
      device: fc.nat({ max: 3 }),
      age: fc.constantFrom(0, 0, 0, 1, 1, 2, 5),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('trust' as const), user }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      seconds: fc.constantFrom(1, 1, 30, 59, 60, 61, DAY_S - 60, DAY_S),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('enforce', 'exempt', 'passwordChanged', 'forgetDevices', 'forgetDevice'),
      user,
    }),
  },
);

/** What `status` calls the device of a cookie. */
function idOf(cookie = ''): string {
  return createHash('sha256').update(cookie.slice(0, 22)).digest().subarray(0, 16).toString('base64url');
}

/** Histories that share one application: its store keeps every event. */
const PER_STAGE = 250;

let users: readonly EnrolledUser[] = [];
let on: Stage;
let played = 0;

/** The application, with a fresh store now and then. */
async function ready(): Promise<void> {
  if (played++ % PER_STAGE === 0) {
    on = stage({ trustedDevices: { days: DAYS, max: MAX } });
    users = [await on.enroll('ann'), await on.enroll('bob')];
  }
  on.events.length = 0;
}

test.prop([fc.array(step, { minLength: 3, maxLength: 24, size: 'max' })], { numRuns: HISTORIES, endOnFailure: true })(
  'begin answers as the model does',
  async (steps) => {
    const model = new Model(DAYS, MAX);
    await ready();
    for (const { userId } of users) {
      await on.mfa.exempt(userId);
      await on.mfa.forgetDevices(userId);
    }
    const start = on.events.length;
    for (const each of steps) {
      // No two in one instant: which of them came first is not told then.
      on.clock.advance({ milliseconds: 1 });
      if (each.do === 'advance') {
        on.clock.advance({ seconds: each.seconds });
        continue;
      }
      const named = users[each.user];
      const account = model.accounts[each.user];
      if (named === undefined || account === undefined) throw new Error('there are two users');
      const { userId } = named;
      switch (each.do) {
        case 'begin': {
          const device = model.devices[each.device];
          const cookie = device?.cookies.at(-1 - each.age) ?? '';
          const expected = model.begin(each.user, cookie, on.clock());
          const begun = await on.mfa.begin(userId, {}, { device: cookie });
          if (begun.next === 'enroll') throw new Error('everybody has a factor');
          expect({ next: begun.next, given: begun.device !== undefined }).toEqual(expected);
          if (begun.next === 'signed-in' && begun.device !== undefined) device?.cookies.push(begun.device.cookie);
          break;
        }
        case 'trust': {
          const browser = new Browser();
          const verified = await browser.trust(on, named);
          if (account.enforced) expect(verified.device).toBeUndefined();
          else model.trust(each.user, browser.cookie ?? 'none', on.clock());
          break;
        }
        case 'enforce':
          await on.mfa.enforce(userId);
          account.enforced = true;
          break;
        case 'exempt':
          await on.mfa.exempt(userId);
          account.enforced = false;
          break;
        case 'passwordChanged':
          await on.mfa.passwordChanged(userId);
          model.voidAll(each.user);
          break;
        case 'forgetDevices':
          await on.mfa.forgetDevices(userId);
          model.voidAll(each.user);
          break;
        case 'forgetDevice': {
          const [newest] = (await on.mfa.status(userId)).devices;
          if (newest === undefined) break;
          await on.mfa.forgetDevice(userId, newest.id);
          const gone = model.alive(each.user, on.clock()).find(({ cookies }) => idOf(cookies[0]) === newest.id);
          if (gone !== undefined) gone.gone = true;
          break;
        }
      }
      const { devices } = await on.mfa.status(userId);
      expect(devices.map(({ id }) => id).sort()).toEqual(
        model
          .alive(each.user, on.clock())
          .map(({ cookies }) => idOf(cookies[0]))
          .sort(),
      );
    }
    // No success, and no failure that is cleared, comes from a device.
    const types = new Set(on.events.slice(start).map(({ type }) => type));
    expect(types).not.toContain('account_unlocked');
    const trusts = steps.filter((each) => each.do === 'trust').length;
    expect(on.events.slice(start).filter(({ type }) => type === 'verified')).toHaveLength(trusts);
    const records = [await on.store.record('ann'), await on.store.record('bob')];
    const text = JSON.stringify([records, on.events]);
    for (const part of model.devices.flatMap(({ cookies }) => cookies.flatMap((cookie) => cookie.split('.')))) {
      expect(text.includes(part), 'a series or a secret in the store or in an event').toBe(false);
    }
    expect(text).not.toContain(TEST_PASSWORD);
  },
  HISTORIES * 500,
);
