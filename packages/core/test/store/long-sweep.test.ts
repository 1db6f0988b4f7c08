/** rekey over very many users: it goes on where it was, and writes several users at a time. */
import type { MfaStore, RekeyOptions, RekeyProgress } from '@mfakit/core';
import { outcomeOf } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { KEY_A, KEY_B, stage, type Stage } from '../harness.ts';

const ROTATED = { keys: [KEY_B, KEY_A] };

/** Twelve users, who are scanned five at a time. */
async function twelveUsers(): Promise<Stage & { readonly store: MfaStore }> {
  const on = stage();
  for (let n = 10; n < 22; n += 1) await on.mfa.setup({ userId: `user-${n}` }, { accountName: 'x' });
  return on;
}

function inFives(on: Stage, commit: MfaStore['commit'] = (swap) => on.store.commit(swap)): MfaStore {
  return { ...on.store, commit, scan: (page) => on.store.scan({ ...page, limit: 5 }) };
}

async function sweep(on: Stage, store: MfaStore, options: RekeyOptions): Promise<readonly RekeyProgress[]> {
  const pages: RekeyProgress[] = [];
  for await (const page of on.another({ ...ROTATED, store }).rekey(options)) pages.push(page);
  return pages;
}

test('goes on after the user that it is given, and reaches the rest', async () => {
  const on = await twelveUsers();
  const [first] = await sweep(on, inFives(on), {});
  expect(first).toEqual({ scanned: 5, rekeyed: 5, unreadable: 0, after: 'user-14' });

  const anew = await twelveUsers();
  expect(await sweep(anew, inFives(anew), { after: 'user-14' })).toEqual([
    { scanned: 5, rekeyed: 5, unreadable: 0, after: 'user-19' },
    { scanned: 7, rekeyed: 7, unreadable: 0, after: 'user-21' },
  ]);
  expect(await sweep(anew, inFives(anew), { after: 'user-21' })).toEqual([]);
  expect((await sweep(anew, inFives(anew), {})).at(-1)).toMatchObject({ scanned: 12, rekeyed: 5 });
});

test('writes as many users at a time as it is told, and yields a page once all of it is done', async () => {
  for (const [concurrency, most] of [
    [undefined, 1],
    [1, 1],
    [3, 3],
    [64, 5],
  ] as const) {
    const on = await twelveUsers();
    let running = 0;
    let highest = 0;
    const store = inFives(on, async (swap) => {
      highest = Math.max(highest, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 2));
      return on.store.commit(swap).finally(() => (running -= 1));
    });
    const pages = await sweep(on, store, concurrency === undefined ? {} : { concurrency });
    expect(pages.map(({ rekeyed }) => rekeyed)).toEqual([5, 10, 12]);
    expect(highest).toBe(most);
  }
});

test('ends with the failure of one user, once those beside it have ended, and begins no further one', async () => {
  const on = await twelveUsers();
  const begun: string[] = [];
  let ended = 0;
  const store = inFives(on, async (swap) => {
    begun.push(swap.userId);
    await new Promise((resolve) => setTimeout(resolve, 2));
    ended += 1;
    if (swap.userId === 'user-11') throw new Error('out of disk');
    return on.store.commit(swap);
  });
  expect(await outcomeOf(sweep(on, store, { concurrency: 2 }))).toBe('store_unavailable');
  expect(ended).toBe(begun.length);
  expect(begun).not.toContain('user-15');
});

describe('bad options are invalid_input, by name', () => {
  test.each([
    ['concurrency', [0, 65, 1.5, '2', null]],
    ['after', ['', 7, null, 'x'.repeat(256)]],
  ])('%s', async (field, values) => {
    const on = stage();
    for (const value of values) {
      expect(() => on.mfa.rekey({ [field]: value })).toThrow(expect.objectContaining({ code: 'invalid_input', field }));
    }
  });
});
