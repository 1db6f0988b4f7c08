import { readFileSync } from 'node:fs';
import type { MfaEvent, MfaRecord, StoredRecord, Swap } from '@mfakit/core';
import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, mysqlStore, pruneEvents, type MysqlClient } from '../src/index.ts';
import { createTable } from '../src/table.ts';
import { sampleRecord } from '../../testkit/src/samples.ts';
import { onServer, openDatabase, openPool, SKIPPED, type TestDatabase } from './database.ts';

const SAMPLE_RECORD = sampleRecord();
const nextRecord = (revision: string): StoredRecord => ({ revision, record: SAMPLE_RECORD });
const day = (date: number): Date => new Date(Date.UTC(2026, 0, date));

function sampleEvent(userId: string, seq: number, at: Date): MfaEvent {
  return { userId, seq, at: at.getTime(), type: 'exempted' };
}

/** A client whose every change ends in an error with this number, over a table that holds this revision. */
const failing = (errno: number, revision: string, changes: string[] = []): MysqlClient => ({
  execute: async ({ sql }) => {
    const row = { revision: Buffer.from(revision), body: Buffer.from(JSON.stringify(SAMPLE_RECORD)) };
    if (sql.startsWith('SELECT')) return [[row], []];
    changes.push(sql);
    throw Object.assign(new Error('rolled back'), { errno });
  },
});

/** A record that is locked until then. */
const lock = (until: number | null): MfaRecord => ({
  ...SAMPLE_RECORD,
  lockout: { failures: 10, passwordFailures: 4, lockedUntil: until, streak: 1 },
});

test('migrate creates exactly what schema.sql says', () => {
  const file = readFileSync(new URL('../schema.sql', import.meta.url), 'utf8');
  expect(file.replaceAll(/^--.*\n/gm, '').trim()).toBe(`${createTable('mfa_entry')};`);
});

test.each(['', 'x'.repeat(65), 'a\0b', 'a '])('the database %j is refused', async (database) => {
  const client: MysqlClient = { execute: async () => [[], []] };
  await expect(migrate(client, { database })).rejects.toThrow(RangeError);
  expect(() => mysqlStore(client, { database })).toThrow(RangeError);
});

describe('a statement that the server rolled back because of others', () => {
  const commit: Swap = { userId: 'alice', expected: 'r0', next: nextRecord('r1'), events: [] };

  test.each([1213, 1020])('%d is tried again eight times, and is a lost race then', async (errno) => {
    const changes: string[] = [];
    expect(await mysqlStore(failing(errno, 'r9', changes)).commit(commit)).toBe(false);
    expect(changes).toHaveLength(8);
  });

  test.each([1213, 1020])('%d of what a driver has sent before is no lost race', async (errno) => {
    expect(await mysqlStore(failing(errno, 'r1')).commit(commit)).toBe(true);
  });

  test.each([1205, 2013, 1317, 3024])('%d leaves the outcome open, and throws at once', async (errno) => {
    const changes: string[] = [];
    await expect(mysqlStore(failing(errno, 'r0', changes)).commit(commit)).rejects.toThrow('rolled back');
    expect(changes).toHaveLength(1);
  });
});

test.each([
  ['rows as arrays', [[[Buffer.from('r')]], []]],
  ['text in place of bytes', [[{ revision: 'r', body: '{}' }], []]],
  ['nothing', undefined],
])('a client that answers with %s is refused, not taken for an empty database', async (_name, answer) => {
  await expect(mysqlStore({ execute: async () => answer }).read('alice')).rejects.toThrow(TypeError);
});

onServer(`options on a real server${SKIPPED}`, () => {
  let server: TestDatabase;
  let database: string;
  beforeAll(async () => {
    server = await openDatabase();
    database = await server.create();
  });
  afterAll(async () => {
    await server.drop(database);
    await server.close();
  });

  test('a connection, which may be inside a transaction, is refused', async () => {
    const pooled = await server.pools[0].getConnection();
    expect(() => mysqlStore(pooled as unknown as MysqlClient)).toThrow(/beginTransaction: it may be inside/);
    // @ts-expect-error The type says so too.
    expect(() => mysqlStore(pooled)).toThrow(TypeError);
    pooled.release();
  });

  test('a commit is one statement; one that is lost is two', async () => {
    const [pool] = server.pools;
    const sent: string[] = [];
    const counting: MysqlClient = {
      execute: (statement, values) => {
        sent.push(statement.sql.slice(0, 6));
        return pool.execute(statement, values);
      },
    };
    const store = mysqlStore(counting, { database });
    const statements = async (answer: Promise<boolean>): Promise<readonly [boolean, ...string[]]> => [
      await answer,
      ...sent.splice(0),
    ];
    const insert: Swap = { userId: 'counted', expected: null, next: nextRecord('a'), events: [] };
    expect(await statements(store.commit(insert))).toEqual([true, 'INSERT']);
    expect(await statements(store.commit(insert))).toEqual([true, 'INSERT', 'SELECT']);
    expect(await statements(store.commit({ ...insert, next: nextRecord('z') }))).toEqual([false, 'INSERT', 'SELECT']);
    const update: Swap = {
      ...insert,
      expected: 'a',
      next: nextRecord('b'),
      events: [sampleEvent('counted', 1, day(1))],
    };
    expect(await statements(store.commit(update))).toEqual([true, 'INSERT']);
    expect(await statements(store.commit(update))).toEqual([true, 'INSERT', 'SELECT']);
    // What an erase leaves is removed at once.
    const erase: Swap = { ...insert, expected: 'b', next: nextRecord('c'), events: 'erase' };
    expect(await statements(store.commit(erase))).toEqual([true, 'UPDATE', 'DELETE']);
    expect(await statements(store.commit(erase))).toEqual([true, 'UPDATE', 'SELECT']);
    const remove: Swap = { ...insert, expected: 'c', next: null };
    expect(await statements(store.commit(remove))).toEqual([true, 'DELETE']);
  });

  test('events: false stores none and gives none, and a removal or an erase still takes those of before', async () => {
    const [pool] = server.pools;
    const keeping = mysqlStore(pool, { database });
    const silent = mysqlStore(pool, { database, events: false });
    for (const last of [
      { next: null, events: [] },
      { next: nextRecord('c'), events: 'erase' },
    ] as const) {
      const userId = `silent ${last.events.length}`;
      const [one, other] = [sampleEvent(userId, 1, day(1)), sampleEvent(userId, 2, day(1))];
      await keeping.commit({ userId, expected: null, next: nextRecord('a'), events: [one] });
      await silent.commit({ userId, expected: 'a', next: nextRecord('b'), events: [other] });
      expect(await silent.events(userId, { limit: 10 })).toEqual([]);
      expect(await keeping.events(userId, { limit: 10 })).toEqual([one]);
      expect(await silent.commit({ userId, expected: 'b', ...last })).toBe(true);
      expect(await keeping.events(userId, { limit: 10 })).toEqual([]);
    }
  });

  test('an erase takes events that are left of a user without a record, and no others', async () => {
    const [pool] = server.pools;
    const own = await server.create();
    const store = mysqlStore(pool, { database: own });
    for (const userId of ['alice', 'bob', 'carol']) {
      await store.commit({ userId, expected: null, next: nextRecord('a'), events: [sampleEvent(userId, 1, day(1))] });
    }
    await pool.query(`DELETE FROM ${own}.mfa_entry WHERE seq = 0 AND user_id <> 'carol'`);
    const erase = (userId: string): Promise<boolean> =>
      store.commit({ userId, expected: null, next: nextRecord('b'), events: 'erase' });
    expect(await erase('alice')).toBe(true);
    // A lost race erases nothing.
    expect(await erase('carol')).toBe(false);
    const [rows] = await pool.query(`SELECT CONVERT(user_id USING utf8mb4) AS id FROM ${own}.mfa_entry WHERE seq > 0`);
    expect(rows).toEqual([{ id: 'bob' }, { id: 'carol' }]);
    await server.drop(own);
  });

  test('a record and an event of 300 KB come back byte for byte, whatever was sent before', async () => {
    const store = mysqlStore(server.pools[0], { database });
    const large: MfaRecord = { ...SAMPLE_RECORD, factors: [] };
    const padding = 'é'.repeat(150_000);
    await store.commit({ userId: 'large', expected: null, next: nextRecord('a'), events: [] });
    const event = { ...sampleEvent('large', 2, day(1)), ip: padding };
    const next = { revision: 'c', record: { ...large, padding } as MfaRecord };
    await store.commit({
      userId: 'large',
      expected: 'a',
      next: nextRecord('b'),
      events: [sampleEvent('large', 1, day(1))],
    });
    expect(await store.commit({ userId: 'large', expected: 'b', next, events: [event] })).toBe(true);
    expect(await store.read('large')).toEqual(next);
    expect((await store.events('large', { limit: 1 }))[0]).toEqual(event);
  });

  test('enabled and locked_until follow the record', async () => {
    const [pool] = server.pools;
    const own = await server.create();
    const store = mysqlStore(pool, { database: own });
    const lockedUntil = Date.UTC(2026, 10, 22, 18, 30, 0, 250);
    for (const [userId, record] of [
      ['a', lock(null)],
      ['b', { ...SAMPLE_RECORD, factors: [], backupCodes: null }],
      ['c', lock(lockedUntil)],
      // `UNTIL_UNLOCK` of the core.
      ['d', lock(8.64e15)],
    ] as const) {
      await store.commit({
        userId,
        expected: null,
        next: { revision: 'r', record },
        events: [sampleEvent(userId, 1, day(1))],
      });
    }
    const [rows] = await pool.query<RowDataPacket[]>(
      `SELECT enabled, CAST(locked_until AS CHAR) AS until FROM ${own}.mfa_entry WHERE seq = 0 ORDER BY user_id`,
    );
    expect(rows.map(({ enabled, until }) => [enabled, until])).toEqual([
      [1, null],
      [0, null],
      [1, '2026-11-22 18:30:00.250'],
      [1, '9999-12-31 23:59:59.000'],
    ]);
    await server.drop(own);
  });

  test.each(['select', 'Mixed Case', 'quote`d; DROP TABLE x --', 'schéma'])(
    'migrate takes the database %s',
    async (name) => {
      const [pool] = server.pools;
      await migrate(pool, { database: name });
      await migrate(pool, { database: name });
      const store = mysqlStore(pool, { database: name });
      await store.commit({ userId: 'alice', expected: null, next: nextRecord('r'), events: [] });
      expect(await store.read('alice')).toEqual(nextRecord('r'));
      await pool.query(`DROP DATABASE \`${name.replaceAll('`', '``')}\``);
    },
  );

  test('migrate needs no right to create if everything is there', async () => {
    const [admin] = server.pools;
    const name = `app_${process.pid}`;
    await admin.query(`CREATE USER ${name}@'%' IDENTIFIED BY 'secret'`);
    await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${database}.mfa_entry TO ${name}@'%'`);
    const url = new URL(server.url);
    [url.username, url.password, url.pathname] = [name, 'secret', `/${database}`];
    const app = openPool(url.href);
    await migrate(app);
    expect(await mysqlStore(app).read('nobody')).toBeNull();
    await app.end();
    await admin.query(`DROP USER ${name}@'%'`);
  });

  test('a page of a scan reads records alone, not the events between them', async () => {
    const [rows] = await server.pools[0].execute<RowDataPacket[]>(
      `EXPLAIN FORMAT=JSON SELECT user_id FROM ${database}.mfa_entry
       WHERE at IS NULL AND user_id > ? AND seq = 0 ORDER BY user_id LIMIT 10`,
      [Buffer.from('a')],
    );
    const plan = JSON.stringify(rows);
    expect(plan).toContain('mfa_entry_at');
    expect(plan).not.toContain('filesort');
  });

  describe('pruneEvents', () => {
    test.each([1, 3, 7, 1000])('deletes what is older, %d at a time, and nothing else', async (batch) => {
      const own = await server.create();
      const [pool] = server.pools;
      const store = mysqlStore(pool, { database: own });
      const stored = new Map<string, readonly MfaEvent[]>();
      for (const userId of ['alice', 'bob']) {
        const events = Array.from({ length: 20 }, (_, index) => sampleEvent(userId, index + 1, day(1 + (index >> 1))));
        await store.commit({ userId, expected: null, next: nextRecord('r'), events });
        stored.set(userId, events);
      }
      expect(await pruneEvents(pool, { database: own, before: day(6), batch })).toBe(20);
      expect(await pruneEvents(pool, { database: own, before: day(6), batch })).toBe(0);
      for (const [userId, events] of stored) {
        const left = events.filter(({ at }) => at >= day(6).getTime()).toReversed();
        expect(await store.events(userId, { limit: 100 })).toEqual(left);
        expect(await store.read(userId)).not.toBeNull();
      }
      await server.drop(own);
    });

    test('refuses a date or a batch that is none', async () => {
      const [pool] = server.pools;
      await expect(pruneEvents(pool, { before: new Date(Number.NaN) })).rejects.toThrow(RangeError);
      for (const batch of [0, 1.5, Number.NaN]) {
        await expect(pruneEvents(pool, { before: day(1), batch })).rejects.toThrow(RangeError);
      }
    });
  });
});
