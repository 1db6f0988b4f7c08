/** Cases of scan: every user exactly once, in one order, whatever the page size. A page may be short; only an empty one is the end. */
import type { MfaStore, StoredRecord } from '@mfakit/core';
import { check, checkEqual } from '../check.ts';
import { sampleEvents, sampleRecord, version } from '../samples.ts';
import { EVERYTHING, scanAll, store } from '../steps.ts';
import type { CaseGroup } from '../store-case.ts';

/** Not in the order of any sort, so that the order of insertion is told from every other one. */
const USERS = ['m', 'B', 'z', 'a', 'Z', '10', '9', 'mm', 'k', 'ab', 'é', '語', 'b', 'm ', 'A', '-', 'zz', '1'];

/** By UTF-16 code units the astral ones come before U+E000 to U+FFFF, by UTF-8 bytes or code points after them. */
const ASTRAL_AMONG_BMP = ['\uFF5E', '👾', '\uE000', '𝒳', 'z', '\uFFFD', '\u{10FFFF}', '\uD7FF', '\uFB01', '😀'];

/** Stores these users, in this order. Every third one has no factor, and each has two events: a join must show. */
async function storeUsers(target: MfaStore, userIds: readonly string[]): Promise<Map<string, StoredRecord>> {
  const stored = new Map<string, StoredRecord>();
  for (const [index, userId] of userIds.entries()) {
    const record = sampleRecord(index);
    const next = version(index % 3 === 0 ? { ...record, factors: [], backupCodes: null } : record);
    await store(target, { userId, next, events: sampleEvents(userId, 1, 2) });
    stored.set(userId, next);
  }
  return stored;
}

/** Expects pages of every size to meet all of these users once, and always in the same order. */
async function expectScans(target: MfaStore, userIds: readonly string[]): Promise<void> {
  const all = (await scanAll(target, EVERYTHING)).map((row) => row.userId);
  checkEqual(all.toSorted(), userIds.toSorted(), 'scan meets every user exactly once');
  for (const limit of [1, 2, 7, userIds.length - 1, userIds.length, userIds.length + 1]) {
    const found = (await scanAll(target, limit)).map((row) => row.userId);
    checkEqual(found, all, `pages of ${limit} meet the same users in the same order as one large page`);
  }
}

export const scanCases: CaseGroup = {
  async 'scan: an empty store gives an empty page'(target) {
    checkEqual(await target.scan({ limit: 10 }), [], 'scan of an empty store is empty');
    checkEqual(await target.scan({ after: 'alice', limit: 10 }), [], 'scan of an empty store is empty');
  },

  async 'scan: gives what read gives, with the user'(target) {
    const stored = await storeUsers(target, USERS);
    for (const [userId, { revision }] of stored) {
      const next = version(100);
      await store(target, { userId, expected: revision, next });
      stored.set(userId, next);
    }
    for (const row of await scanAll(target, 7)) {
      checkEqual(row, { userId: row.userId, ...stored.get(row.userId) }, 'scan gives what the last commit stored');
    }
  },

  async 'scan: no more than limit'(target) {
    await storeUsers(target, USERS);
    for (const limit of [1, 2, USERS.length - 1]) {
      const page = await target.scan({ limit });
      check(page.length <= limit, 'a page holds no more than `limit` records');
      check(page.length > 0, 'a page is empty only after the last user');
    }
  },

  async 'scan: pages of any size meet every user exactly once, in one order'(target) {
    await storeUsers(target, USERS);
    await expectScans(target, USERS);
  },

  async 'scan: user ids inside and outside the basic plane are met once, in one order'(target) {
    await storeUsers(target, ASTRAL_AMONG_BMP);
    await expectScans(target, ASTRAL_AMONG_BMP);
  },

  async 'scan: after the last user comes an empty page'(target) {
    await storeUsers(target, USERS);
    const last = (await scanAll(target, EVERYTHING)).at(-1)?.userId ?? '';
    for (const limit of [1, EVERYTHING]) {
      checkEqual(await target.scan({ after: last, limit }), [], 'after the last user comes an empty page');
    }
  },

  async 'scan: goes on after a user that was removed'(target) {
    const stored = await storeUsers(target, USERS);
    const all = (await scanAll(target, EVERYTHING)).map((row) => row.userId);
    for (const after of [all[0], all[7], all.at(-1)]) {
      if (after === undefined) continue;
      const left = all.slice(all.indexOf(after) + 1);
      await store(target, { userId: after, expected: stored.get(after)?.revision ?? null, next: null });
      const rows = await scanAll(target, EVERYTHING, undefined, after);
      checkEqual(
        rows.map((row) => row.userId),
        left,
        'the users after one that was removed are those that were after it before',
      );
    }
  },

  async 'scan: a removed user is not met, and leaves no gap'(target) {
    const stored = await storeUsers(target, USERS);
    // A store may keep the order that it has sorted for this scan.
    await expectScans(target, USERS);
    const goers = ['a', 'zz', 'k'];
    for (const userId of goers) {
      await store(target, { userId, expected: stored.get(userId)?.revision ?? null, next: null });
    }
    await expectScans(
      target,
      USERS.filter((userId) => !goers.includes(userId)),
    );
  },

  async 'scan: users added or removed between pages neither hide nor repeat the others'(target) {
    const comers = ['00', 'B0', 'a0', 'm0', 'zzz', 'é0'];
    const goers = ['A', 'm', 'z', '-', '語'];
    for (const limit of [1, 2, 7]) {
      const stored = await storeUsers(target, USERS);
      const found = await scanAll(target, limit, async (page) => {
        const comer = comers[page];
        const goer = goers[page];
        if (comer !== undefined) await store(target, { userId: comer, next: version() });
        if (goer === undefined) return;
        await store(target, { userId: goer, expected: stored.get(goer)?.revision ?? null, next: null });
      });
      const met = found.map((row) => row.userId);
      check(new Set(met).size === met.length, 'no user is met twice, whoever comes and goes');
      const stayed = USERS.filter((userId) => !goers.includes(userId));
      checkEqual(
        met.filter((userId) => stayed.includes(userId)).toSorted(),
        stayed.toSorted(),
        'every user that stays stored throughout is met',
      );
      for (const { userId, revision } of await scanAll(target, EVERYTHING)) {
        await store(target, { userId, expected: revision, next: null });
      }
    }
  },
};
