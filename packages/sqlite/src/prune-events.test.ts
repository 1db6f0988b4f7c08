import { expect, onTestFinished, test } from 'vitest';
import { databaseFile } from '../test/database-file.ts';
import type { Connection } from '../test/drivers.ts';
import { pruneEvents } from './prune-events.ts';

/** Events of each user, `seq` from 1, one per millisecond from 1 on. */
async function stored(users: number, each: number): Promise<Connection> {
  const file = await databaseFile();
  onTestFinished(() => file.remove());
  const database = file.connect();
  database.exec(`WITH RECURSIVE
      u (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM u WHERE i < ${users}),
      s (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM s WHERE i < ${each})
    INSERT INTO mfa_event (user_id, seq, at, event) SELECT 'user-' || u.i, s.i, s.i, '{}' FROM u, s`);
  return database;
}

test.for([
  [1, 10],
  [10, 100],
  [7, 999],
  [3, 3333],
] as const)('of %i users with %i events each the old ones go and the others stay', async ([users, each]) => {
  const database = await stored(users, each);
  const kept = Math.floor(each / 2);
  const removed = await pruneEvents(database, { before: new Date(each - kept + 1) });
  expect(removed).toBe(users * (each - kept));
  const left = database.prepare('SELECT min(at) AS oldest, count(*) AS events FROM mfa_event').all();
  expect(left).toEqual([{ oldest: each - kept + 1, events: users * kept }]);
  expect(await pruneEvents(database, { before: new Date(each - kept + 1) })).toBe(0);
});

test('all may go, and none be there', async () => {
  const database = await stored(3, 1000);
  expect(await pruneEvents(database, { before: new Date(8.64e15) })).toBe(3000);
  expect(await pruneEvents(database, { before: new Date(8.64e15) })).toBe(0);
});

test('others may write in between', async () => {
  const database = await stored(3, 1000);
  const pruned = pruneEvents(database, { before: new Date(501) });
  database.exec(`INSERT INTO mfa_event (user_id, seq, at, event) VALUES ('user-3', 1001, 1001, '{}')`);
  expect(await pruned).toBe(1500);
});

test('refuses what is no date', async () => {
  const database = await stored(1, 1);
  for (const before of [new Date(NaN), 5, undefined]) {
    await expect(pruneEvents(database, { before: before as Date })).rejects.toThrow(RangeError);
  }
});
