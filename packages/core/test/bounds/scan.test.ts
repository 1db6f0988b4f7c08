/** A sweep over a store whose scan does not advance ends, and says that the store is unsound. */
import type { Mfa, MfaStore, ScannedRecord } from '@mfakit/core';
import { outcomeOf } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';

const SWEEPS: Readonly<Record<string, (mfa: Mfa) => Promise<unknown>>> = {
  keyReport: (mfa) => mfa.keyReport(),
  list: (mfa) => mfa.list({ state: 'locked' }),
  stats: (mfa) => mfa.stats(),
  rekey: async (mfa) => {
    for await (const page of mfa.rekey()) expect(page.scanned).toBeGreaterThan(0);
  },
};

describe.each(Object.entries(SWEEPS))('%s', (_name, sweep) => {
  test('asks for 500 users at a time, each page after the last user of the one before', async () => {
    const on = stage();
    for (const userId of ['ann', 'bob', 'cid']) await on.mfa.enforce(userId);
    const asked: unknown[] = [];
    const store: MfaStore = {
      ...on.store,
      scan: async (page) => {
        asked.push({ after: page.after, limit: page.limit });
        return on.store.scan({ ...page, limit: 2 });
      },
    };
    await sweep(on.another({ store }));
    expect(asked).toEqual([
      { after: undefined, limit: 500 },
      { after: 'bob', limit: 500 },
      { after: 'cid', limit: 500 },
    ]);
  });

  test('refuses a page that is the same whatever was asked for', async () => {
    const on = stage();
    for (const userId of ['ann', 'bob']) await on.mfa.enforce(userId);
    let pages = 0;
    const store: MfaStore = {
      ...on.store,
      scan: async (): Promise<readonly ScannedRecord[]> => {
        pages += 1;
        if (pages > 5) throw new TypeError('it would never end');
        return on.store.scan({ limit: 500 });
      },
    };
    expect(await outcomeOf(sweep(on.another({ store })))).toBe('store_unavailable');
    expect(pages).toBe(2);
  });

  test.each([2, 3, 7])('refuses pages that come round again after %d', async (length) => {
    const on = stage();
    const users = Array.from({ length: length + 2 }, (_, n) => `user ${n}`);
    for (const userId of users) await on.mfa.enforce(userId);
    let pages = 0;
    const store: MfaStore = {
      ...on.store,
      scan: async (): Promise<readonly ScannedRecord[]> => {
        // Two pages, and then a circle of the others.
        const user = users[pages < 2 ? pages : 2 + ((pages - 2) % length)];
        pages += 1;
        if (pages > 100) throw new TypeError('it would never end');
        return (await on.store.scan({ limit: 500 })).filter(({ userId }) => userId === user);
      },
    };
    expect(await outcomeOf(sweep(on.another({ store })))).toBe('store_unavailable');
    expect(pages).toBeLessThan(30);
  });

  test('asks for as many pages as there are', async () => {
    const on = stage();
    for (let n = 0; n < 40; n++) await on.mfa.enforce(`user ${n}`);
    const store: MfaStore = { ...on.store, scan: async (page) => on.store.scan({ ...page, limit: 1 }) };
    expect(await outcomeOf(sweep(on.another({ store })))).toBe('accepted');
  });

  test.each([[null], [undefined], [{}], ['ann']])('refuses %j for a page', async (answer) => {
    const on = stage();
    const store: MfaStore = { ...on.store, scan: async () => answer as never };
    expect(await outcomeOf(sweep(on.another({ store })))).toBe('store_unavailable');
  });
});
