import { expect, expectTypeOf, onTestFinished, test } from 'vitest';
import type BetterSqlite3 from 'better-sqlite3';
import type Libsql from 'libsql';
import { EMPTY_RECORD, type MfaEvent, type MfaRecord } from '@mfakit/core';
import { databaseFile } from '../test/database-file.ts';
import type { Connection } from '../test/drivers.ts';
import type { SqliteDatabase } from './driver.ts';
import { pruneEvents } from './prune-events.ts';
import { sqliteStore } from './sqlite-store.ts';

const RECORD: MfaRecord = {
  ...EMPTY_RECORD,
  epoch: 0,
  factors: [],
  backupCodes: null,
  lockout: { failures: 0, passwordFailures: 0, lockedUntil: null, streak: 0 },
  lastEventSeq: 1,
};
const EVENT: MfaEvent = { userId: 'alice', seq: 1, at: 1_795_305_600_000, type: 'exempted' };
const INSERT = { userId: 'alice', expected: null, next: { revision: 'a', record: RECORD }, events: [EVENT] } as const;

async function connect(): Promise<Connection> {
  const file = await databaseFile();
  onTestFinished(() => file.remove());
  return file.connect();
}

test('takes the connections of better-sqlite3 and libsql as their types are', () => {
  expectTypeOf<BetterSqlite3.Database>().toExtend<SqliteDatabase>();
  expectTypeOf<Libsql.Database>().toExtend<SqliteDatabase>();
});

test('every statement goes by the primary key', async () => {
  const database = await connect();
  const prepared = new Set<string>();
  const spy: SqliteDatabase = {
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      prepared.add(sql);
      return database.prepare(sql);
    },
  };
  const store = sqliteStore(spy);
  await store.commit(INSERT);
  await store.commit({ ...INSERT, expected: 'a', next: { revision: 'b', record: RECORD }, events: [] });
  await store.read('alice');
  await store.events('alice', { limit: 1 });
  await store.scan({ limit: 1 });
  await store.commit({ ...INSERT, expected: 'b', next: null, events: [] });
  await pruneEvents(spy, { before: new Date(0) });

  const plans = [...prepared].map((sql) => {
    const parameters = [...sql.matchAll(/\?/g)].map(() => '');
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { readonly detail: string }[];
    return `${sql.trim().split(/\s+/).slice(0, 3).join(' ')}: ${steps.map((step) => step.detail).join('; ')}`;
  });
  expect(plans).toEqual([
    'SELECT 1: SCAN CONSTANT ROW',
    'INSERT INTO mfa_record: ',
    'INSERT INTO mfa_event: ',
    'UPDATE mfa_record SET: SEARCH mfa_record USING INDEX sqlite_autoindex_mfa_record_1 (user_id=?)',
    'SELECT revision, record: SEARCH mfa_record USING INDEX sqlite_autoindex_mfa_record_1 (user_id=?)',
    'SELECT event FROM: SEARCH mfa_event USING PRIMARY KEY (user_id=? AND seq<?)',
    'SELECT user_id, revision,: SEARCH mfa_record USING INDEX sqlite_autoindex_mfa_record_1 (user_id>?)',
    'DELETE FROM mfa_record: SEARCH mfa_record USING INDEX sqlite_autoindex_mfa_record_1 (user_id=?)',
    'DELETE FROM mfa_event: SEARCH mfa_event USING PRIMARY KEY (user_id=?)',
    'SELECT user_id, seq: SEARCH mfa_event USING PRIMARY KEY ((user_id,seq)>(?,?))',
    'SELECT user_id, seq: SCAN mfa_event',
    'DELETE FROM mfa_event: SEARCH mfa_event USING PRIMARY KEY ((user_id,seq)>(?,?) AND (user_id,seq)<(?,?))',
  ]);
});

test('operators see who is enabled, and until when who is locked', async () => {
  const database = await connect();
  const store = sqliteStore(database);
  const lockedUntil = [null, 1_795_305_600_000, 8.64e15];
  for (const [index, until] of lockedUntil.entries()) {
    const record = { ...RECORD, lockout: { ...RECORD.lockout, lockedUntil: until } };
    await store.commit({ ...INSERT, userId: `user-${index}`, next: { revision: 'a', record }, events: [] });
  }
  database.exec(`UPDATE mfa_record SET record = json_set(record, '$.factors', json('[{}]')) WHERE user_id = 'user-1'`);
  const rows = database.prepare('SELECT enabled, locked_until FROM mfa_record ORDER BY user_id').all();
  expect(rows).toEqual([
    { enabled: 0, locked_until: null },
    { enabled: 1, locked_until: lockedUntil[1] },
    { enabled: 0, locked_until: lockedUntil[2] },
  ]);
});

test('with events switched off none are stored, older ones stay, and a removal takes them', async () => {
  const database = await connect();
  await sqliteStore(database).commit(INSERT);
  const store = sqliteStore(database, { events: false });
  const second = { ...EVENT, seq: 2 };
  await store.commit({ ...INSERT, expected: 'a', next: { revision: 'b', record: RECORD }, events: [second] });
  expect(await store.events('alice', { limit: 10 })).toEqual([EVENT]);
  await store.commit({ ...INSERT, expected: 'b', next: null, events: [] });
  expect(database.prepare('SELECT count(*) AS events FROM mfa_event').all()).toEqual([{ events: 0 }]);
});

test('with events switched off an erase takes those of before', async () => {
  const database = await connect();
  await sqliteStore(database).commit(INSERT);
  const store = sqliteStore(database, { events: false });
  const next = { revision: 'b', record: RECORD };
  expect(await store.commit({ userId: 'alice', expected: 'a', next, events: 'erase' })).toBe(true);
  expect(database.prepare('SELECT count(*) AS events FROM mfa_event').all()).toEqual([{ events: 0 }]);
});

test('an erase takes events that are left of a user without a record', async () => {
  const database = await connect();
  const store = sqliteStore(database);
  await store.commit(INSERT);
  await store.commit({ ...INSERT, userId: 'bob', events: [{ ...EVENT, userId: 'bob' }] });
  database.exec('DELETE FROM mfa_record');
  const next = { revision: 'b', record: RECORD };
  expect(await store.commit({ userId: 'alice', expected: null, next, events: 'erase' })).toBe(true);
  expect(database.prepare('SELECT user_id FROM mfa_event').all()).toEqual([{ user_id: 'bob' }]);
});

test('sets up its connection', async () => {
  const database = await connect();
  database.exec('PRAGMA busy_timeout = 0; PRAGMA synchronous = OFF');
  sqliteStore(database, { busyTimeoutMs: 1234 });
  expect(database.prepare('PRAGMA busy_timeout').all()).toEqual([{ timeout: 1234 }]);
  expect(database.prepare('PRAGMA synchronous').all()).toEqual([{ synchronous: 2 }]);
  expect(database.prepare('PRAGMA fullfsync').all()).toEqual([{ fullfsync: 1 }]);
});

test('refuses wrong options at once', async () => {
  const database = await connect();
  for (const busyTimeoutMs of [-1, 0.5, 60_001, NaN, Infinity]) {
    expect(() => sqliteStore(database, { busyTimeoutMs })).toThrow(RangeError);
  }
  expect(() => sqliteStore(database, { events: 'no' as unknown as boolean })).toThrow(/^events/);
});

test('refuses an asynchronous driver at once: its promises would read as "no record"', () => {
  const statement = { run: async () => ({}), all: async () => [] };
  const database = { exec: async () => undefined, prepare: () => statement } as unknown as SqliteDatabase;
  expect(() => sqliteStore(database)).toThrow(TypeError);
});

test('a commit that fails leaves no transaction open, and tells what it failed of', async () => {
  const database = await connect();
  const store = sqliteStore(database);
  await store.commit(INSERT);
  const again = { ...INSERT, expected: 'a', next: { revision: 'b', record: RECORD } };
  await expect(store.commit(again)).rejects.toThrow(/UNIQUE constraint failed: mfa_event/);
  expect(await store.read('alice')).toEqual({ revision: 'a', record: RECORD });
});

test('invariant 10: whichever statement of a commit fails, record and events are stored together or not at all', async () => {
  const next = { revision: 'b', record: { ...RECORD, lastEventSeq: 3 } };
  const events = [2, 3].map((seq) => ({ ...EVENT, seq }));
  const told: (boolean | Error)[] = [];
  do {
    const database = await connect();
    await sqliteStore(database).commit(INSERT);
    const store = sqliteStore(failingAt(told.length, database));
    told.push(await store.commit({ userId: 'alice', expected: 'a', next, events }).catch((error: Error) => error));
    const healthy = sqliteStore(database);
    const stored = await healthy.read('alice');
    const seqs = (await healthy.events('alice', { limit: 9 })).map((event) => event.seq);
    expect([stored?.revision, seqs]).toEqual(told.at(-1) === true ? ['b', [3, 2, 1]] : ['a', [1]]);
  } while (told.at(-1) !== true);
  // BEGIN, UPDATE, two INSERTs and COMMIT.
  expect(told).toHaveLength(6);
});

test('invariant 10: whichever statement of an erase fails, the record is stored and the events go, or neither', async () => {
  const next = { revision: 'b', record: { ...RECORD, lastEventSeq: 3 } };
  const told: (boolean | Error)[] = [];
  do {
    const database = await connect();
    await sqliteStore(database).commit(INSERT);
    const store = sqliteStore(failingAt(told.length, database));
    const erase = { userId: 'alice', expected: 'a', next, events: 'erase' } as const;
    told.push(await store.commit(erase).catch((error: Error) => error));
    const healthy = sqliteStore(database);
    const stored = await healthy.read('alice');
    const seqs = (await healthy.events('alice', { limit: 9 })).map((event) => event.seq);
    expect([stored?.revision, seqs]).toEqual(told.at(-1) === true ? ['b', []] : ['a', [1]]);
  } while (told.at(-1) !== true);
  // BEGIN, UPDATE, DELETE and COMMIT.
  expect(told).toHaveLength(5);
});

test('where SQLite has rolled back by itself, what it failed of is told all the same', async () => {
  const database = await connect();
  const fails: SqliteDatabase = {
    prepare: (sql) => database.prepare(sql),
    exec(sql) {
      if (sql !== 'COMMIT') return database.exec(sql);
      database.exec('ROLLBACK');
      throw new Error('disk I/O error');
    },
  };
  await expect(sqliteStore(fails).commit(INSERT)).rejects.toThrow('disk I/O error');
  expect(await sqliteStore(database).read('alice')).toBeNull();
});

/** A connection whose `nth` statement, from 0 and after those that set it up, fails once. */
function failingAt(nth: number, database: SqliteDatabase): SqliteDatabase {
  let left = nth;
  const orFail = <T>(execute: () => T): T => {
    if (left-- === 0) throw new Error('disk I/O error');
    return execute();
  };
  return {
    exec: (sql) => (sql.startsWith('PRAGMA') ? database.exec(sql) : orFail(() => database.exec(sql))),
    prepare(sql) {
      const statement = database.prepare(sql);
      if (sql === 'SELECT 1') return statement;
      return {
        run: (...parameters) => orFail(() => statement.run(...parameters)),
        all: (...parameters) => orFail(() => statement.all(...parameters)),
      };
    },
  };
}
