/** mfa.check: a sound application passes, and each broken part is named. */
import { createMfa, MfaError, type CodeHasher } from '@mfakit/core';
import { outcomeOf } from '@mfakit/testkit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { quickHasher, stage } from '../harness.ts';

afterEach(() => vi.useRealTimers());

const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

test('a sound application passes, with records and without, and nothing changes', async () => {
  const on = stage();
  await on.mfa.check();
  await on.enroll('ann');
  const [before, told] = [await on.store.dump('ann'), on.events.length];
  await on.mfa.check();
  expect([await on.store.dump('ann'), on.events.length]).toEqual([before, told]);
});

describe('the clock', () => {
  test.each([
    ['NaN', Number.NaN, TypeError],
    ['nothing', undefined, TypeError],
    ['seconds', Date.UTC(2026, 0, 1) / 1000, RangeError],
    ['microseconds', Date.UTC(2026, 0, 1) * 1000, RangeError],
    ['the year 1970', 0, RangeError],
  ])('that gives %s is named', async (_what, now, type) => {
    const error = await thrownBy(
      stage()
        .another({ clock: () => now as number })
        .check(),
    );
    expect(error).toBeInstanceOf(type);
    expect(String(error)).toMatch(/clock must give epoch milliseconds/);
  });
});

test('random that repeats itself is named', async () => {
  const error = await thrownBy(
    stage()
      .another({ random: (bytes) => new Uint8Array(bytes).fill(7) })
      .check(),
  );
  expect(error).toBeInstanceOf(RangeError);
  expect(String(error)).toMatch(/keys or random/);
});

describe('the hasher', () => {
  const missing = Object.assign(new Error("Cannot find module 'argon2'"), { code: 'MODULE_NOT_FOUND' });
  let salt = 0;
  test.each<[string, CodeHasher, string]>([
    ['cannot load', () => Promise.reject(missing), 'hasher_unavailable'],
    ['fails', () => Promise.reject(new Error('no memory')), 'busy'],
    ['gives too little', async () => new Uint8Array(31), 'busy'],
    ['salts by itself', (job) => quickHasher({ ...job, salt: new Uint8Array([(salt += 1)]) }), 'hasher_unavailable'],
  ])('that %s is told', async (_what, hasher, code) => {
    expect(await outcomeOf(stage().another({ hasher }).check())).toBe(code);
  });

  test('is told with its cause', async () => {
    const error = await thrownBy(
      stage()
        .another({ hasher: () => Promise.reject(missing) })
        .check(),
    );
    expect(error).toMatchObject({ code: 'hasher_unavailable', cause: missing });
  });
});

describe('the store', () => {
  test('that cannot be read is store_unavailable, with its cause', async () => {
    const on = stage();
    const cause = new Error('relation "mfa_record" does not exist');
    on.store.fail('scan', cause);
    const error = await thrownBy(on.mfa.check());
    expect(error).toBeInstanceOf(MfaError);
    expect(error).toMatchObject({ code: 'store_unavailable', cause });
  });

  test('is asked its own check, if it has one', async () => {
    const on = stage();
    const check = vi.fn<() => Promise<void>>(async () => undefined);
    await on.another({ store: { ...on.store, check } }).check();
    expect(check).toHaveBeenCalledTimes(1);
    const cause = new Error('fsync is off');
    const failing = { ...on.store, check: () => Promise.reject(cause) };
    expect(await thrownBy(on.another({ store: failing }).check())).toMatchObject({ code: 'store_unavailable', cause });
  });
});

test('Date.now is looked up at each call, so that faked timers work', async () => {
  const { issuer, store, keys, verifyPassword } = stage().options;
  const mfa = createMfa({ issuer, store, keys, verifyPassword });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2031, 4, 5) });
  expect(mfa.clock()).toBe(Date.UTC(2031, 4, 5));
  vi.setSystemTime(Date.UTC(2031, 4, 6));
  expect(mfa.clock()).toBe(Date.UTC(2031, 4, 6));
  const { expiresAt } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
  expect(expiresAt).toEqual(new Date(Date.UTC(2031, 4, 6) + 600_000));
});

test('the clock of mfa is the one that createMfa was given', () => {
  const on = stage();
  expect(on.mfa.clock()).toBe(on.clock());
  on.clock.advance({ seconds: 1 });
  expect(on.mfa.clock()).toBe(on.clock());
});
