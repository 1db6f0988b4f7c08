/** What an operator does: migrate, prune, query; and what a commit writes and reads. */
import { readFileSync } from 'node:fs';
import { EMPTY_RECORD, type MfaEvent, type Swap } from '@mfakit/core';
import { testApplication } from '@mfakit/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { d1Store, migrate, pruneEvents } from '../src/index.ts';
import { OUTBOX_INDEX, OUTBOX_TABLE } from '../src/outbox.ts';
import { EVENT_TABLE, RECORD_TABLE } from '../src/schema.ts';
import { resetTables, sql } from './tables.ts';
import { startWorkerd, type Workerd } from './workerd.ts';

let workerd: Workerd;
beforeAll(async () => {
  workerd = await startWorkerd();
}, 60_000);
afterAll(() => workerd.stop());
beforeEach(() => resetTables(workerd.database));

const event = (seq: number): MfaEvent => ({ userId: 'ann', seq, at: seq, type: 'reset' });

function swap(revision: string, events: Swap['events'], expected: string | null = null): Swap {
  return { userId: 'ann', expected, next: { revision, record: EMPTY_RECORD }, events };
}

const fileOf = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

test('schema.sql and schema-outbox.sql hold what migrate runs', () => {
  expect(fileOf('schema.sql')).toBe(`${RECORD_TABLE}\n${EVENT_TABLE}`);
  const [, statements] = fileOf('schema-outbox.sql').split('need it.\n\n');
  expect(statements).toBe(`${OUTBOX_TABLE}\n${OUTBOX_INDEX}`);
});

test('migrating again changes nothing', async () => {
  const store = d1Store(workerd.database);
  await store.commit(swap('a', [event(1)]));
  await Promise.all([migrate(workerd.database), migrate(workerd.database)]);
  expect(await store.read('ann')).toEqual({ revision: 'a', record: EMPTY_RECORD });
  expect(await store.events('ann', { limit: 5 })).toEqual([event(1)]);
});

test('old events go, the others stay, however many slices that takes', async () => {
  const rows = `WITH RECURSIVE u (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM u WHERE i < 6),
      s (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM s WHERE i < 2500)
    INSERT INTO mfa_event (user_id, seq, at, event) SELECT 'user-' || u.i, s.i, s.i, '{}' FROM u, s`;
  await sql(workerd.database, rows);
  expect(await pruneEvents(workerd.database, { before: new Date(1001) })).toBe(6 * 1000);
  const left = 'SELECT min(at) AS oldest, count(*) AS events FROM mfa_event';
  expect((await sql(workerd.database, left)).results).toEqual([{ oldest: 1001, events: 6 * 1500 }]);
  expect(await pruneEvents(workerd.database, { before: new Date(1001) })).toBe(0);
  expect(await pruneEvents(workerd.database, { before: new Date(8.64e15) })).toBe(6 * 1500);
  expect(await pruneEvents(workerd.database, { before: new Date(8.64e15) })).toBe(0);
  for (const before of [new Date(NaN), 5, undefined]) {
    await expect(pruneEvents(workerd.database, { before: before as Date })).rejects.toThrow(RangeError);
  }
});

test('the columns for operators tell who has a second factor and who is locked', async () => {
  const { mfa, enroll } = testApplication({ store: d1Store(workerd.database) });
  await enroll('ann');
  for (let i = 0; i < 10; i += 1) await mfa.passwordFailed('bob').catch(() => undefined);
  const { results } = await sql(workerd.database, 'SELECT user_id, enabled, locked_until FROM mfa_record');
  expect(results).toEqual([
    { user_id: 'ann', enabled: 1, locked_until: null },
    { user_id: 'bob', enabled: 0, locked_until: expect.any(Number) },
  ]);
});

test('events: false stores none, still erases, and shows what was stored before', async () => {
  const keeping = d1Store(workerd.database);
  const store = d1Store(workerd.database, { events: false });
  await keeping.commit(swap('a', [event(1)]));
  expect(await store.commit(swap('b', [event(2)], 'a'))).toBe(true);
  expect(await store.events('ann', { limit: 5 })).toEqual([event(1)]);
  expect(await store.commit(swap('c', 'erase', 'b'))).toBe(true);
  expect(await store.events('ann', { limit: 5 })).toEqual([]);
});

test('more events in one commit than D1 takes values', async () => {
  const store = d1Store(workerd.database);
  const events = Array.from({ length: 300 }, (_, index) => event(index + 1));
  expect(await store.commit(swap('a', events))).toBe(true);
  expect((await store.events('ann', { limit: 400 })).toReversed()).toEqual(events);
});

test('an erase takes the events of a user whose record is gone', async () => {
  const store = d1Store(workerd.database);
  await store.commit(swap('a', [event(1)]));
  await sql(workerd.database, 'DELETE FROM mfa_record');
  expect(await store.commit(swap('b', 'erase', 'a'))).toBe(false);
  expect(await store.events('ann', { limit: 5 })).toEqual([event(1)]);
  expect(await store.commit(swap('b', 'erase'))).toBe(true);
  expect(await store.events('ann', { limit: 5 })).toEqual([]);
});

test('every statement about one user goes by the key', async () => {
  const asked: string[] = [];
  const store = d1Store({
    prepare(text) {
      asked.push(text);
      return workerd.database.prepare(text);
    },
    batch: (statements) => workerd.database.batch(statements),
  });
  await store.commit(swap('a', [event(1)]));
  await store.commit(swap('b', [event(2)], 'a'));
  await store.commit(swap('c', 'erase', 'b'));
  await store.commit({ userId: 'ann', expected: 'c', next: null, events: [] });
  await store.read('ann');
  await store.events('ann', { limit: 5 });
  const statements = [...new Set(asked)].filter((text) => !text.startsWith('INSERT INTO mfa_record'));
  expect(statements).toHaveLength(7);
  for (const text of statements) {
    const values = [...new Set(text.match(/\?\d/g))].map(() => '[]');
    const { results } = await sql(workerd.database, `EXPLAIN QUERY PLAN ${text}`, ...values);
    const plan = results.map(({ detail }) => String(detail));
    expect(plan.filter((step) => /SCAN mfa_|TEMP B-TREE/.test(step))).toEqual([]);
  }
});
