/** Cases of user ids: what is one user, what is two, and that one user's calls leave the others alone. */
import type { MfaEvent, MfaStore, StoredRecord } from '@mfakit/core';
import { checkEqual } from '../check.ts';
import { sampleEvent, version } from '../samples.ts';
import { EVERYTHING, expectEvents, expectRecord, lose, scanAll, store } from '../steps.ts';
import type { CaseBody, CaseGroup } from '../store-case.ts';
import { DISTINCT_USER_IDS } from './distinct-user-ids.ts';

/** What is stored of each user. */
type Stored = ReadonlyMap<string, { readonly next: StoredRecord; readonly events: readonly MfaEvent[] }>;

/** Stores every user, each with a record and events of its own. With `1` and `11`, keys made of id and number may meet. */
async function storeUsers(target: MfaStore, userIds: readonly string[]): Promise<Stored> {
  const stored = new Map(
    userIds.map((userId, index) => {
      const events = [1, 11].map((seq) => sampleEvent(userId, seq, `192.0.2.${index}`));
      return [userId, { next: version(index), events }] as const;
    }),
  );
  for (const [userId, { next, events }] of stored) await store(target, { userId, next, events });
  return stored;
}

/** Expects exactly these users with exactly what is theirs, by every method. */
async function expectUsers(target: MfaStore, stored: Stored): Promise<void> {
  for (const [userId, { next, events }] of stored) {
    await expectRecord(target, userId, next);
    await expectEvents(target, userId, events);
  }
  const scanned = await scanAll(target, EVERYTHING);
  checkEqual(
    scanned.map((row) => row.userId).toSorted(),
    [...stored.keys()].toSorted(),
    'scan gives every user id exactly as it was committed',
  );
}

/** A case that stores all of these users and removes every second one: what is two users must stay two. */
function distinct(userIds: readonly string[]): CaseBody {
  return async (target) => {
    const stored = new Map(await storeUsers(target, userIds));
    await expectUsers(target, stored);
    for (const [index, userId] of userIds.entries()) {
      if (index % 2 === 1) continue;
      const expected = stored.get(userId)?.next.revision ?? null;
      await store(target, { userId, expected, next: null });
      stored.delete(userId);
      await expectRecord(target, userId, null);
      await expectEvents(target, userId, []);
    }
    await expectUsers(target, stored);
  };
}

export const userIdCases: CaseGroup = {
  ...Object.fromEntries(Object.entries(DISTINCT_USER_IDS).map(([name, userIds]) => [name, distinct(userIds)])),

  async 'user ids: no commit changes another user'(target) {
    const others = await storeUsers(target, ['alice', 'alicea', 'bob', 'al', 'ALICE']);
    const mine = version(1);
    await store(target, { userId: 'ali', next: mine, events: [sampleEvent('ali', 1)] });
    await expectUsers(target, new Map([...others, ['ali', { next: mine, events: [sampleEvent('ali', 1)] }]]));

    const newer = version(2);
    const events = [sampleEvent('ali', 1), sampleEvent('ali', 2)];
    await store(target, { userId: 'ali', expected: mine.revision, next: newer, events: events.slice(1) });
    await expectUsers(target, new Map([...others, ['ali', { next: newer, events }]]));

    // A revision that is stored, but for someone else.
    const foreign = others.get('bob')?.next.revision ?? null;
    await lose(target, { userId: 'ali', expected: foreign, next: version(3) });
    await lose(target, { userId: 'ali', expected: foreign, next: null });
    await lose(target, { userId: 'carol', expected: foreign, next: version(3) });
    await expectUsers(target, new Map([...others, ['ali', { next: newer, events }]]));

    await store(target, { userId: 'ali', expected: newer.revision, next: null });
    await expectUsers(target, others);
  },
};
