/** list and stats find users by what staff look for, and nobody else. */
import type { Mfa, MfaRecord, UserFilter } from '@mfakit/core';
import { outcomeOf } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { KEY_A, KEY_B, lock, stage } from '../harness.ts';
import { userRow } from '../import/rows.ts';

/** All of a list, a few users a page. */
async function all(mfa: Mfa, filter: UserFilter, limit = 2): Promise<{ ids: readonly string[]; unreadable: number }> {
  const ids: string[] = [];
  let unreadable = 0;
  let after: string | undefined;
  for (;;) {
    const page = await mfa.list(filter, { after, limit });
    expect(page.users.length).toBeLessThanOrEqual(limit);
    ids.push(...page.users.map(({ userId }) => userId));
    unreadable += page.unreadable;
    if (page.after === null) return { ids, unreadable };
    after = page.after;
  }
}

async function overdueOf(mfa: Mfa): Promise<readonly string[]> {
  return (await all(mfa, { state: 'overdue' })).ids;
}

const NOBODY = { locked: 0, locked_until_unlock: 0, overdue: 0, few_codes: 0, short_secret: 0 };

describe('list', () => {
  test('locked: until the lock has ended', async () => {
    const on = stage();
    await on.enroll('ann');
    for (const userId of ['bob', 'cid', 'dan']) await lock(on, userId);
    await on.mfa.unlock('cid');
    expect((await all(on.mfa, { state: 'locked' })).ids).toEqual(['bob', 'dan']);
    expect((await on.mfa.list({ state: 'locked' }, { limit: 1 })).users).toEqual([
      {
        userId: 'bob',
        enabled: false,
        factors: [],
        backupCodesRemaining: 0,
        locked: true,
        lockedUntil: new Date(on.clock() + 1_800_000),
        enforcement: null,
        shortSecret: false,
        keyIds: [],
      },
    ]);
    on.clock.advance({ seconds: 1799 });
    expect((await all(on.mfa, { state: 'locked' })).ids).toEqual(['bob', 'dan']);
    on.clock.advance({ seconds: 1 });
    expect((await all(on.mfa, { state: 'locked' })).ids).toEqual([]);
  });

  test('locked_until_unlock: only a lock without an end', async () => {
    const on = stage({ lockout: { hardLimit: 20 } });
    for (const userId of ['ann', 'bob']) await lock(on, userId);
    on.clock.advance({ seconds: 1800 });
    await lock(on, 'bob');
    await lock(on, 'cid');
    expect((await all(on.mfa, { state: 'locked' })).ids).toEqual(['bob', 'cid']);
    expect((await all(on.mfa, { state: 'locked_until_unlock' })).ids).toEqual(['bob']);
    expect((await on.mfa.list({ state: 'locked_until_unlock' })).users[0]).toMatchObject({
      locked: true,
      lockedUntil: null,
    });
    await on.mfa.unlock('bob');
    expect((await all(on.mfa, { state: 'locked_until_unlock' })).ids).toEqual([]);
  });

  test('overdue: required, past the instant, and not enrolled', async () => {
    const on = stage();
    const soon = new Date(on.clock() + 60_000);
    const later = new Date(on.clock() + 120_000);
    await on.mfa.enforce('ann');
    await on.mfa.enforce('bob', { from: soon });
    await on.mfa.enforce('cid');
    await on.mfa.exempt('cid', { until: later });
    await on.mfa.enforce('dan');
    await on.enroll('eve');
    await on.mfa.enforce('eve');
    await on.mfa.enforce('fay');
    await on.mfa.exempt('fay');
    await on.mfa.enforce('gus');
    expect(await overdueOf(on.mfa)).toEqual(['ann', 'dan', 'gus']);
    on.clock.advance({ seconds: 60 });
    expect(await overdueOf(on.mfa)).toEqual(['ann', 'bob', 'dan', 'gus']);
    on.clock.advance({ seconds: 60 });
    expect(await overdueOf(on.mfa)).toEqual(['ann', 'bob', 'cid', 'dan', 'gus']);
    expect((await on.mfa.list({ state: 'overdue' })).users[1]?.enforcement).toEqual({ from: soon });
  });

  test('overdue: as the option require says', async () => {
    const on = stage();
    const due = new Date(on.clock() + 60_000);
    for (const userId of ['ann', 'bob', 'cid']) await on.mfa.passwordFailed(userId);
    await on.mfa.exempt('cid', { until: due });
    await on.enroll('dan');
    const everyone = on.another({ require: 'all' });
    const some = on.another({ require: (userId) => (userId === 'bob' ? due : null) });
    expect([await overdueOf(on.mfa), await overdueOf(everyone), await overdueOf(some)]).toEqual([
      [],
      ['ann', 'bob'],
      [],
    ]);
    on.clock.advance({ seconds: 60 });
    expect([await overdueOf(on.mfa), await overdueOf(everyone), await overdueOf(some)]).toEqual([
      [],
      ['ann', 'bob', 'cid'],
      ['bob'],
    ]);
    expect((await everyone.stats()).states.overdue).toBe(3);
    expect((await some.stats()).states.overdue).toBe(1);
  });

  test('few_codes: enrolled, with 3 or fewer', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    await on.mfa.passwordFailed('bob');
    for (let used = 0; used < 7; used += 1) {
      expect((await all(on.mfa, { state: 'few_codes' })).ids).toEqual([]);
      await on.mfa.stepUp('ann', { backupCode: ann.backupCodes[used] ?? '' });
    }
    expect((await all(on.mfa, { state: 'few_codes' })).ids).toEqual(['ann']);
    await on.mfa.regenerate('ann', ann.proof());
    expect((await all(on.mfa, { state: 'few_codes' })).ids).toEqual([]);
  });

  test('few_codes: imported hashes too, because they end', async () => {
    const on = stage();
    const hashes = 'abcd'
      .split('')
      .map((end) => `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'B'.repeat(20)}${end}A`);
    await on.mfa.importUser(userRow({ backupCodes: { hashes } }));
    await on.mfa.importUser(userRow({ userId: 'bob' }));
    const remaining = async (): Promise<readonly number[]> =>
      (await on.mfa.list({ state: 'few_codes' })).users.map(({ backupCodesRemaining }) => backupCodesRemaining);
    expect((await all(on.mfa, { state: 'few_codes' })).ids).toEqual(['ann']);
    expect(await remaining()).toEqual([4]);
    on.clock.advance({ hours: 180 * 24 });
    expect(await remaining()).toEqual([0]);
  });

  test.each([
    [15, true],
    [16, false],
    [20, false],
  ])('short_secret: of %d bytes: %s', async (bytes, short) => {
    const on = stage();
    await on.enroll('ann');
    await on.store.edit('ann', (record) => withSecretOf(bytes, record));
    expect((await all(on.mfa, { state: 'short_secret' })).ids).toEqual(short ? ['ann'] : []);
  });

  test('a key: whoever has something sealed under it, be it a setup that waits', async () => {
    const on = stage();
    await on.enroll('ann');
    await on.mfa.setup({ userId: 'bob' }, { accountName: 'bob' });
    await on.mfa.passwordFailed('cid');
    const rotated = on.another({ keys: [KEY_B, KEY_A] });
    await rotated.setup({ userId: 'dan' }, { accountName: 'dan' });
    const [newest, old] = (await rotated.keyReport()).map(({ keyId }) => keyId ?? '');
    expect((await all(rotated, { key: old ?? '' })).ids).toEqual(['ann', 'bob']);
    expect((await all(rotated, { key: newest ?? '' })).ids).toEqual(['dan']);
    expect((await all(rotated, { key: 'unknown' })).ids).toEqual([]);
    // Whatever a key of the application is called in a list, the list of that key finds the user.
    expect((await rotated.list({ key: old ?? '' })).users[0]).toMatchObject({ userId: 'ann', keyIds: [old] });
  });

  test('a page is bounded in what it looks at, and goes on where it ended', async () => {
    const on = stage();
    await lock(on, 'zed');
    const record = await on.store.record('zed');
    const unlocked = { ...record, lockout: { ...record.lockout, lockedUntil: null } };
    let scanned = 0;
    const store = {
      ...on.store,
      scan: async ({ after = '', limit }: { readonly after?: string | undefined; readonly limit: number }) => {
        const from = after === '' ? 0 : Number(after) + 1;
        const count = Math.max(Math.min(limit, 25_000 - from), 0);
        scanned += count;
        return Array.from({ length: count }, (_, n) => ({
          userId: String(from + n),
          revision: 'r',
          record: from + n === 24_999 ? record : unlocked,
        }));
      },
    };
    const mfa = on.another({ store });
    expect(await mfa.list({ state: 'locked' })).toEqual({ users: [], unreadable: 0, after: '9999' });
    expect(scanned).toBe(10_000);
    expect(await mfa.list({ state: 'locked' }, { after: '9999' })).toMatchObject({ users: [], after: '19999' });
    expect(await mfa.list({ state: 'locked' }, { after: '19999' })).toMatchObject({
      users: [{ userId: '24999' }],
      after: null,
    });
  });

  test('goes on after a user who is gone', async () => {
    const on = stage();
    for (const userId of ['ann', 'bob', 'cid']) await on.mfa.enforce(userId);
    const { after } = await on.mfa.list({ state: 'overdue' }, { limit: 1 });
    await on.mfa.forget('ann');
    expect((await on.mfa.list({ state: 'overdue' }, { after: after ?? '', limit: 1 })).users).toMatchObject([
      { userId: 'bob' },
    ]);
  });
});

describe('stats', () => {
  test('of nobody', async () => {
    expect(await stage().mfa.stats()).toEqual({ users: 0, enabled: 0, kinds: {}, states: NOBODY, unreadable: 0 });
  });

  test('counts users, kinds and states; nobody who was forgotten', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    await on.enroll('bob');
    for (let used = 0; used < 8; used += 1) await on.mfa.stepUp('ann', { backupCode: ann.backupCodes[used] ?? '' });
    await on.store.edit('bob', (record) => withSecretOf(10, record));
    await lock(on, 'cid');
    await on.mfa.enforce('dan');
    await on.enroll('eve');
    await on.mfa.forget('eve');
    await on.enroll('fay');
    expect(await on.mfa.stats()).toEqual({
      users: 5,
      enabled: 3,
      kinds: { totp: 3 },
      states: { locked: 1, locked_until_unlock: 0, overdue: 1, few_codes: 1, short_secret: 1 },
      unreadable: 0,
    });
  });

  test('a user with two factors of a kind counts once', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const { uri } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: ann.proof() });
    expect(uri).toContain('otpauth');
    await on.store.edit('ann', (record) => ({
      ...record,
      pending: null,
      factors: [...record.factors, { ...record.factors[0], id: 'second' }],
    }));
    expect(await on.mfa.stats()).toMatchObject({ users: 1, enabled: 1, kinds: { totp: 1 } });
    expect((await on.mfa.list({ key: (await on.mfa.keyReport())[0]?.keyId ?? '' })).users[0]?.factors).toEqual([
      'totp',
      'totp',
    ]);
  });
});

test('records that cannot be read are counted, and stop neither', async () => {
  const on = stage();
  for (const userId of ['ann', 'bob', 'cid']) await lock(on, userId);
  await on.store.edit('bob', (record) => ({ ...record, schema: 2 }));
  expect(await all(on.mfa, { state: 'locked' })).toEqual({ ids: ['ann', 'cid'], unreadable: 1 });
  expect(await all(on.mfa, { state: 'few_codes' }, 1)).toEqual({ ids: [], unreadable: 1 });
  expect(await on.mfa.stats()).toEqual({
    users: 3,
    enabled: 0,
    kinds: {},
    states: { ...NOBODY, locked: 2 },
    unreadable: 1,
  });
});

test('a store that fails refuses both', async () => {
  const on = stage();
  on.store.fail('scan', new Error('down'));
  expect(await outcomeOf(on.mfa.list({ state: 'locked' }))).toBe('store_unavailable');
  expect(await outcomeOf(on.mfa.stats())).toBe('store_unavailable');
});

/** The record as if a secret of so many bytes had been sealed: nonce, secret and tag in base64url. */
function withSecretOf(bytes: number, record: MfaRecord): MfaRecord {
  return {
    ...record,
    factors: record.factors.map((factor) => {
      const [version, keyId] = factor.secret.split('.');
      return { ...factor, secret: `${version}.${keyId}.${Buffer.alloc(24 + bytes + 16).toString('base64url')}` };
    }),
  };
}
