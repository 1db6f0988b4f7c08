import { PGlite } from '@electric-sql/pglite';
import { neon, Pool as NeonPool } from '@neondatabase/serverless';
import type { MfaEvent, StoredRecord } from '@mfakit/core';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import {
  fromPostgresJs,
  migrate,
  postgresStore,
  pruneEvents,
  type PostgresClient,
  type PreparingClient,
} from '../src/index.ts';
import { openDatabase, openPool, waitForLock, type TestDatabase } from './database.ts';
import { sampleRecord } from '../../testkit/src/samples.ts';

const SAMPLE_RECORD = sampleRecord();

let database: TestDatabase;
let schema: string;
beforeAll(async () => {
  database = await openDatabase();
  schema = await database.createSchema();
});
afterAll(() => database.close());

const nextRecord = (revision: string): StoredRecord => ({ revision, record: SAMPLE_RECORD });
const day = (date: number): Date => new Date(Date.UTC(2026, 0, date));

/** A client whose every change ends in an error with this code, over a table that holds this revision. */
const failing = (code: string, revision: string): PostgresClient => ({
  query: async (text) => {
    if (text.startsWith('SELECT')) return { rows: [{ revision, record: JSON.stringify(SAMPLE_RECORD) }] };
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

  // It compiles and starts a whole database: seconds of computing, and many more on a busy machine.
  test('the transaction of PGlite', { timeout: 120_000 }, async () => {
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

describe('a swap that the server rolled back because of others', () => {
  const commit = { userId: 'alice', expected: 'r0', next: nextRecord('r1'), events: [] };

  test.each(['40001', '40P01'])('%s is a lost race', async (code) => {
    expect(await postgresStore(failing(code, 'r9')).commit(commit)).toBe(false);
  });

  test.each(['40001', '40P01'])('%s of what a driver has sent before is no lost race', async (code) => {
    expect(await postgresStore(failing(code, 'r1')).commit(commit)).toBe(true);
  });

  test.each(['40003', '08006', '57014', '23505'])('%s leaves the outcome open, and throws', async (code) => {
    await expect(postgresStore(failing(code, 'r0')).commit(commit)).rejects.toThrow('rolled back');
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
    const strict = openPool(database.url, { options: '-c default_transaction_isolation=serializable' });
    const rolledBack: string[] = [];
    const watched: PostgresClient = {
      query: (text, values) =>
        strict.query(text, values).catch((error: Error & { readonly code: string }) => {
          rolledBack.push(error.code);
          throw error;
        }),
    };
    const winner = await pool.connect();
    try {
      // READ COMMITTED would look again once the winner has committed, SERIALIZABLE gives up.
      await winner.query(`BEGIN; UPDATE ${schema}.mfa_record SET revision = 'r1' WHERE user_id = 'serial'`);
      const loser = { ...commit, userId: 'serial', next: nextRecord('r2') };
      const lost = postgresStore(watched, { schema }).commit(loser);
      await waitForLock(database.pools[1]);
      await winner.query('COMMIT');
      expect(await lost).toBe(false);
      expect(rolledBack).toEqual(['40001']);
    } finally {
      winner.release();
      await strict.end();
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

test('events: false erases those of before', async () => {
  const [pool] = database.pools;
  const keeping = postgresStore(pool, { schema });
  const silent = postgresStore(pool, { schema, events: false });
  const event = sampleEvent('erased', 1, day(1));
  await keeping.commit({ userId: 'erased', expected: null, next: nextRecord('a'), events: [event] });
  expect(await silent.commit({ userId: 'erased', expected: 'a', next: nextRecord('b'), events: 'erase' })).toBe(true);
  expect(await keeping.events('erased', { limit: 10 })).toEqual([]);
});

test('an erase takes events that are left of a user without a record', async () => {
  const [pool] = database.pools;
  const own = await database.createSchema();
  const store = postgresStore(pool, { schema: own });
  for (const userId of ['alice', 'bob']) {
    await store.commit({ userId, expected: null, next: nextRecord('a'), events: [sampleEvent(userId, 1, day(1))] });
  }
  await pool.query(`DELETE FROM ${own}.mfa_record`);
  expect(await store.commit({ userId: 'alice', expected: null, next: nextRecord('b'), events: 'erase' })).toBe(true);
  const { rows } = await pool.query(`SELECT user_id FROM ${own}.mfa_event`);
  expect(rows).toEqual([{ user_id: 'bob' }]);
  await database.dropSchema(own);
});

test('a commit is one statement; one that is lost is two', async () => {
  const [pool] = database.pools;
  const sent: string[] = [];
  const counting: PostgresClient = {
    query: (text, values) => {
      sent.push(text.slice(0, 6));
      return pool.query(text, values);
    },
  };
  const store = postgresStore(counting, { schema });
  const insert = { userId: 'counted', expected: null, next: nextRecord('a'), events: [] };
  const statements = async (answer: Promise<boolean>): Promise<readonly [boolean, ...string[]]> => [
    await answer,
    ...sent.splice(0),
  ];
  expect(await statements(store.commit(insert))).toEqual([true, 'WITH c']);
  expect(await statements(store.commit(insert))).toEqual([true, 'WITH c', 'SELECT']);
  expect(await statements(store.commit({ ...insert, next: nextRecord('z') }))).toEqual([false, 'WITH c', 'SELECT']);
  const erase = { ...insert, expected: 'a', next: nextRecord('b'), events: 'erase' } as const;
  expect(await statements(store.commit(erase))).toEqual([true, 'WITH c']);
  expect(await statements(store.commit(erase))).toEqual([true, 'WITH c', 'SELECT']);
});

/** FNV-1a of 32 bits. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

test('named statements of two schemas never meet, though their names shared an FNV hash', async () => {
  const schemas = ['costarring', 'liquid', 'declinate', 'macallums'] as const;
  expect(fnv(schemas[0])).toBe(fnv(schemas[1]));
  expect(fnv(schemas[2])).toBe(fnv(schemas[3]));
  // One connection: there a name means one statement, whoever prepared it.
  const one = openPool(database.url, { max: 1 });
  for (const name of schemas) await migrate(one, { schema: name });
  for (const name of schemas) {
    const store = postgresStore(one, { schema: name, namedStatements: true });
    expect(await store.read('alice')).toBeNull();
    await store.commit({ userId: 'alice', expected: null, next: nextRecord(name), events: [] });
  }
  for (const name of schemas) {
    const store = postgresStore(one, { schema: name, namedStatements: true });
    expect((await store.read('alice'))?.revision).toBe(name);
    await one.query(`DROP SCHEMA ${name} CASCADE`);
  }
  await one.end();
});

test('every statement has a name of its own, of at most 63 bytes', async () => {
  const names = new Map<string, string>();
  const client: PreparingClient = {
    query: async ({ name, text }) => {
      expect(names.get(name) ?? text).toBe(text);
      names.set(name, text);
      return { rows: [] };
    },
  };
  const long = 'x'.repeat(62);
  for (const name of ['a', 'b', `${long}a`, `${long}b`]) {
    const store = postgresStore(client, { schema: name, namedStatements: true });
    await store.read('alice');
    await store.events('alice', { limit: 1 });
    await store.scan({ limit: 1 });
    for (const expected of [null, 'r']) {
      for (const events of [[], [sampleEvent('alice', 1, day(1))], 'erase'] as const) {
        await store.commit({ userId: 'alice', expected, next: nextRecord('s'), events });
      }
      const together = postgresStore(client, { schema: name, namedStatements: true, batch: { lanes: 1 } });
      await together.commit({ userId: 'alice', expected, next: nextRecord('s'), events: [] });
    }
    await store.commit({ userId: 'alice', expected: 'r', next: null, events: [] });
  }
  expect(names.size).toBe(4 * 12);
  expect(new Set(names.values()).size).toBe(4 * 12);
  for (const name of names.keys()) expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(63);
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
