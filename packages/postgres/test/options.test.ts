import { PGlite } from '@electric-sql/pglite';
import { neon, Pool as NeonPool } from '@neondatabase/serverless';
import type { MfaEvent, StoredRecord } from '@mfakit/core';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { fromPostgresJs, postgresStore, pruneEvents, type PostgresClient, type PreparingClient } from '../src/index.ts';
import { openDatabase, type TestDatabase } from './database.ts';
import { SAMPLE_RECORD } from './sample-record.ts';

let database: TestDatabase;
let schema: string;
beforeAll(async () => {
  database = await openDatabase();
  schema = await database.createSchema();
});
afterAll(() => database.close());

const nextRecord = (revision: string): StoredRecord => ({ revision, record: SAMPLE_RECORD });
const day = (date: number): Date => new Date(Date.UTC(2026, 0, date));

/** A client whose every statement ends in an error with this code. */
const failing = (code: string): PostgresClient => ({
  query: async () => {
    throw Object.assign(new Error('rolled back'), { code });
  },
});

function sampleEvent(userId: string, seq: number, at: Date): MfaEvent {
  return { userId, seq, at: at.getTime(), type: 'exempted' };
}

describe('a client that may be inside a transaction is refused', () => {
  test('one checked out of a pool of pg', async () => {
    const client = await database.pools[0].connect();
    // @ts-expect-error The type says so too.
    expect(() => postgresStore(client)).toThrow(/release: it may be inside a transaction/);
    // @ts-expect-error The type says so too.
    expect(() => postgresStore(client, { namedStatements: true })).toThrow(TypeError);
    client.release();
  });

  test('the transaction of PGlite', async () => {
    const pglite = await PGlite.create();
    await pglite.transaction(async (transaction) => {
      // @ts-expect-error The type says so too.
      expect(() => postgresStore(transaction)).toThrow(/rollback/);
    });
    await pglite.close();
  });

  test('the sql of a transaction of postgres.js, and a reserved one', async () => {
    const sql = postgres(database.url, { max: 1 });
    await sql.begin(async (transaction) => {
      // @ts-expect-error The type says so too.
      expect(() => fromPostgresJs(transaction)).toThrow(/savepoint/);
    });
    const reserved = await sql.reserve();
    // @ts-expect-error The type says so too.
    expect(() => fromPostgresJs(reserved)).toThrow(/release/);
    reserved.release();
    await sql.end();
  });

  test.each([null, undefined, {}, { query: 'SELECT 1' }])('%j is no client', (client) => {
    expect(() => postgresStore(client as unknown as PostgresClient)).toThrow('must have a method query');
  });
});

test('the clients that the docs name fit by their types', () => {
  expectTypeOf<NeonPool>().toExtend<PostgresClient>();
  expectTypeOf<NeonPool>().toExtend<PreparingClient>();
  const sql = neon('postgres://user:password@localhost/app', { fullResults: true });
  expect(() => postgresStore(sql)).not.toThrow();
});

test.each([0, -1, Number.NaN, 600_001, Infinity])('timeoutMs %d is refused', (timeoutMs) => {
  expect(() => postgresStore(database.pools[0], { timeoutMs })).toThrow(RangeError);
});

describe('a swap that the server rolled back because of others', () => {
  const commit = { userId: 'alice', expected: 'r0', next: nextRecord('r1'), events: [] };

  test.each(['40001', '40P01'])('%s is a lost race', async (code) => {
    expect(await postgresStore(failing(code)).commit(commit)).toBe(false);
  });

  test.each(['40003', '08006', '57014', '23505'])('%s leaves the outcome open, and throws', async (code) => {
    await expect(postgresStore(failing(code)).commit(commit)).rejects.toThrow('rolled back');
  });

  test('a serializable loser is rolled back for real, and answers false', async () => {
    const [pool] = database.pools;
    const store = postgresStore(pool, { schema });
    await store.commit({
      ...commit,
      userId: 'serial',
      expected: null,
      next: nextRecord('r0'),
    });
    const strict = await database.pools[1].connect();
    try {
      // Its snapshot is older than the winner's commit: READ COMMITTED would look again, SERIALIZABLE gives up.
      await strict.query('BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1');
      expect(await store.commit({ ...commit, userId: 'serial' })).toBe(true);
      const inside = postgresStore({ query: (text, values) => strict.query(text, values) }, { schema });
      const loser = { ...commit, userId: 'serial', next: nextRecord('r2') };
      expect(await inside.commit(loser)).toBe(false);
    } finally {
      await strict.query('ROLLBACK');
      strict.release();
    }
    expect((await store.read('serial'))?.revision).toBe('r1');
  });
});

test('events: false stores none and gives none, and a removal still takes those of before', async () => {
  const [pool] = database.pools;
  const keeping = postgresStore(pool, { schema });
  const silent = postgresStore(pool, { schema, events: false });
  const [one, other] = [sampleEvent('silent', 1, day(1)), sampleEvent('silent', 2, day(1))];
  await keeping.commit({ userId: 'silent', expected: null, next: nextRecord('a'), events: [one] });
  await silent.commit({ userId: 'silent', expected: 'a', next: nextRecord('b'), events: [other] });
  expect(await silent.events('silent', { limit: 10 })).toEqual([]);
  expect(await keeping.events('silent', { limit: 10 })).toEqual([one]);
  await silent.commit({ userId: 'silent', expected: 'b', next: null, events: [] });
  expect(await keeping.events('silent', { limit: 10 })).toEqual([]);
});

describe('pruneEvents', () => {
  test.each([1, 3, 7, 1000])('deletes what is older, %d at a time, and nothing else', async (batch) => {
    const own = await database.createSchema();
    const [pool] = database.pools;
    const store = postgresStore(pool, { schema: own });
    const stored = new Map<string, readonly MfaEvent[]>();
    for (const userId of ['alice', 'bob']) {
      // Two of every day: some instants are shared, by users and within one.
      const events = Array.from({ length: 20 }, (_, index) => sampleEvent(userId, index + 1, day(1 + (index >> 1))));
      await store.commit({ userId, expected: null, next: { revision: 'r', record: SAMPLE_RECORD }, events });
      stored.set(userId, events);
    }
    expect(await pruneEvents(pool, { schema: own, before: day(6), batch })).toBe(20);
    expect(await pruneEvents(pool, { schema: own, before: day(6), batch })).toBe(0);
    for (const [userId, events] of stored) {
      const left = events.filter(({ at }) => at >= day(6).getTime()).toReversed();
      expect(await store.events(userId, { limit: 100 })).toEqual(left);
      expect(await store.read(userId)).not.toBeNull();
    }
    await database.dropSchema(own);
  });

  test('refuses a date or a batch that is none', async () => {
    const [pool] = database.pools;
    await expect(pruneEvents(pool, { before: new Date(Number.NaN) })).rejects.toThrow(RangeError);
    for (const batch of [0, 1.5, Number.NaN]) {
      await expect(pruneEvents(pool, { before: day(1), batch })).rejects.toThrow(RangeError);
    }
  });
});
