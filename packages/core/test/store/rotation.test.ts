import { MfaError, type Mfa, type MfaStore, type RekeyProgress } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD, virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { KEY_A, KEY_B, stage, type Stage } from '../harness.ts';
import { unreadable } from './unreadable-record.ts';

/** The id that the library gives to a key. */
async function idOf(key: string): Promise<string> {
  const [usage] = await stage({ keys: [key] }).mfa.keyReport();
  return usage?.keyId ?? '';
}

const [ID_A, ID_B] = [await idOf(KEY_A), await idOf(KEY_B)];
const ROTATED = { keys: [KEY_B, KEY_A] };

async function sweep(mfa: Mfa, signal?: AbortSignal): Promise<readonly RekeyProgress[]> {
  const pages: RekeyProgress[] = [];
  for await (const progress of mfa.rekey(signal === undefined ? {} : { signal })) pages.push(progress);
  return pages;
}

/** The ids of the keys that a user's record names. */
async function keysOf({ store }: Stage, userId: string): Promise<readonly string[]> {
  const text = JSON.stringify(await store.record(userId));
  return [...new Set([...text.matchAll(/"1\.([\w-]{11})\./g)].map(([, id = '']) => id))].sort();
}

test('R-61 enroll under one key, rotate, verify, sweep, drop the old key, verify', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  const bob = await on.enroll('bob');
  const rotated = on.another(ROTATED);
  expect(await keysOf(on, 'ann')).toEqual([ID_A]);
  expect((await rotated.stepUp('ann', { code: ann.code() })).method).toBe('totp');
  expect(await sweep(rotated)).toEqual([{ scanned: 2, rekeyed: 1, unreadable: 0, after: 'bob' }]);

  const dropped = on.another({ keys: [KEY_B] });
  on.clock.advance({ seconds: 30 });
  for (const [userId, user] of [
    ['ann', ann],
    ['bob', bob],
  ] as const) {
    expect(await keysOf(on, userId)).toEqual([ID_B]);
    expect((await dropped.stepUp(userId, { code: user.code() })).method).toBe('totp');
    expect((await dropped.stepUp(userId, { backupCode: user.backupCodes[0] ?? '' })).method).toBe('backup_code');
  }
  expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: ann.backupCodes[1] ?? '' }))).toBe('secret_unreadable');
});

describe('R-61 any success re-seals everything of the user under the newest key', () => {
  test.each([
    ['a code', (mfa: Mfa, code: string) => mfa.stepUp('ann', { code })],
    ['a backup code', (mfa: Mfa, _code: string, backupCode: string) => mfa.stepUp('ann', { backupCode })],
    ['a proof', (mfa: Mfa, code: string) => mfa.regenerate('ann', { password: TEST_PASSWORD, code })],
    [
      'a staged factor',
      (mfa: Mfa, code: string) =>
        mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: { password: TEST_PASSWORD, code } }),
    ],
  ] as const)('%s', async (_name, succeed) => {
    const on = stage();
    const ann = await on.enroll('ann');
    const writes = on.store.commits();
    await succeed(on.another(ROTATED), ann.code(), ann.backupCodes[0] ?? '');
    expect(await keysOf(on, 'ann')).toEqual([ID_B]);
    expect(on.store.commits() - writes).toBeLessThanOrEqual(2); // no write of its own
    expect(on.events.some(({ type }) => type === 'rekeyed')).toBe(false);
  });

  test('a refusal does not', async () => {
    const on = stage();
    await on.enroll('ann');
    expect(await outcomeOf(on.another(ROTATED).stepUp('ann', { backupCode: 'ZZZZ-ZZZZ' }))).toBe('invalid_backup_code');
    expect(await keysOf(on, 'ann')).toEqual([ID_A]);
  });

  test('a setup that waits is confirmed under the next key', async () => {
    const on = stage();
    const { uri, backupCodes } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
    const rotated = on.another(ROTATED);
    await rotated.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(on.clock()) });
    expect(await keysOf(on, 'ann')).toEqual([ID_B]);
    expect((await rotated.stepUp('ann', { backupCode: backupCodes[0] ?? '' })).backupCodesRemaining).toBe(9);
  });
});

describe('rekey', () => {
  test('tells how far it has come, page by page, and has nothing left to do the second time', async () => {
    const on = stage();
    for (let n = 0; n < 1001; n++) await on.mfa.setup({ userId: `user-${n}` }, { accountName: 'x' });
    const rotated = on.another(ROTATED);
    const pages = await sweep(rotated);
    expect(pages.map(({ scanned }) => scanned)).toEqual([500, 1000, 1001]);
    expect(pages.at(-1)).toEqual({ scanned: 1001, rekeyed: 1001, unreadable: 0, after: 'user-999' });
    const writes = on.store.commits();
    expect((await sweep(rotated)).at(-1)).toEqual({ scanned: 1001, rekeyed: 0, unreadable: 0, after: 'user-999' });
    expect(on.store.commits()).toBe(writes);
  });

  test('says in the history of each user what it did', async () => {
    const on = stage();
    await on.enroll('ann');
    await sweep(on.another(ROTATED));
    expect((await on.mfa.history('ann'))[0]).toMatchObject({ type: 'rekeyed', keyId: ID_B });
  });

  test('counts what no key opens, leaves it, and goes on', async () => {
    const on = stage();
    for (const userId of ['ann', 'bob', 'cid', 'dan']) await on.enroll(userId);
    await on.store.edit('ann', unreadable);
    await on.store.edit('bob', (record) => ({ ...record, schema: 2 }));
    await on.store.edit('cid', () => null);
    const before = await on.store.dump('ann', 'bob', 'cid');
    expect(await sweep(on.another(ROTATED))).toEqual([{ scanned: 4, rekeyed: 1, unreadable: 3, after: 'dan' }]);
    expect(await on.store.dump('ann', 'bob', 'cid')).toBe(before);
    expect(await keysOf(on, 'dan')).toEqual([ID_B]);
  });

  test('stops at the signal, and can be run again to finish', async () => {
    const on = stage();
    for (let n = 0; n < 20; n++) await on.enroll(`user-${n}`);
    const controller = new AbortController();
    const reason = new Error('shutting down');
    let swaps = 0;
    const store: MfaStore = {
      ...on.store,
      commit: async (commit) => {
        if (++swaps === 7) controller.abort(reason);
        return on.store.commit(commit);
      },
    };
    await expect(sweep(on.another({ ...ROTATED, store }), controller.signal)).rejects.toBe(reason);
    expect(swaps).toBe(7);
    expect(await sweep(on.another(ROTATED), new AbortController().signal)).toEqual([
      { scanned: 20, rekeyed: 13, unreadable: 0, after: 'user-9' },
    ]);
  });

  test('does nothing under a signal that is aborted already, however few users there are', async () => {
    const on = stage();
    const reason = new Error('no');
    await expect(sweep(on.mfa, AbortSignal.abort(reason))).rejects.toBe(reason);
    await on.enroll('ann');
    const writes = on.store.commits();
    await expect(sweep(on.another(ROTATED), AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(on.store.commits()).toBe(writes);
  });

  test('may run while users sign in, enroll and are erased', async () => {
    const on = stage();
    const users = await Promise.all(
      ['ann', 'bob', 'cid'].map(async (userId) => [userId, await on.enroll(userId)] as const),
    );
    const rotated = on.another(ROTATED);
    const [progress] = await Promise.all([
      sweep(rotated),
      ...users.slice(0, 2).map(([userId, { code }]) => on.mfa.stepUp(userId, { code: code() })),
      on.mfa.forget('cid'),
    ]);
    expect(progress.at(-1)?.unreadable).toBe(0);
    await sweep(rotated);
    expect([await keysOf(on, 'ann'), await keysOf(on, 'bob')]).toEqual([[ID_B], [ID_B]]);
  });

  test('leaves the loop early when the caller does', async () => {
    const on = stage();
    await on.enroll('ann');
    for await (const { scanned } of on.another(ROTATED).rekey()) {
      expect(scanned).toBe(1);
      break;
    }
    await expect(on.mfa.status('ann')).resolves.toMatchObject({ enabled: true });
  });
});

describe('keyReport', () => {
  test('counts users per key, the configured keys first', async () => {
    const on = stage();
    await on.enroll('ann');
    await on.enroll('bob');
    const rotated = on.another(ROTATED);
    await rotated.setup({ userId: 'cid' }, { accountName: 'cid' });
    expect(await rotated.keyReport()).toEqual([
      { keyId: ID_B, configured: true, newest: true, users: 1 },
      { keyId: ID_A, configured: true, newest: false, users: 2 },
    ]);
    expect(await on.another({ keys: [KEY_B] }).keyReport()).toEqual([
      { keyId: ID_B, configured: true, newest: true, users: 1 },
      { keyId: ID_A, configured: false, newest: false, users: 2 },
    ]);
    await sweep(rotated);
    expect(await rotated.keyReport()).toEqual([
      { keyId: ID_B, configured: true, newest: true, users: 3 },
      { keyId: ID_A, configured: true, newest: false, users: 0 },
    ]);
  });

  test('counts users whose record cannot be read, so that no key of theirs is dropped unawares', async () => {
    const on = stage();
    await on.enroll('ann');
    await on.store.edit('ann', (record) => ({ ...record, schema: 2 }));
    const report = await on.mfa.keyReport();
    expect(report).toContainEqual({ keyId: null, configured: false, newest: false, users: 1 });
  });

  test('of a user with nothing sealed counts nothing', async () => {
    const on = stage();
    await on.mfa.enforce('ann');
    expect(await on.mfa.keyReport()).toEqual([{ keyId: ID_A, configured: true, newest: true, users: 0 }]);
  });
});

test('R-61 a user whose key is gone is refused, told so in an event, and passes again once the key is back', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  const token = await on.token('ann');
  const without = on.another({ keys: [KEY_B] });
  expect(await outcomeOf(without.verify({ token, code: ann.code() }))).toBe('invalid_token');
  for (const factor of [{ code: ann.code() }, { backupCode: ann.backupCodes[0] ?? '' }]) {
    on.events.length = 0;
    const error: unknown = await without.stepUp('ann', factor).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MfaError);
    expect(error).toMatchObject({ code: 'secret_unreadable' });
    expect(on.events).toMatchObject([{ type: 'secret_unreadable', operation: 'stepUp' }]);
  }
  expect((await on.mfa.verify({ token, code: ann.code() })).method).toBe('totp');
});
