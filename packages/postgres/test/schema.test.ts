import { readFileSync } from 'node:fs';
import type { MfaRecord } from '@mfakit/core';
import { outcomeOf, storeCases, testApplication, type EnrolledUser } from '@mfakit/testkit';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, postgresStore } from '../src/index.ts';
import { schemaObjects } from '../src/tables.ts';
import { openDatabase, openPool, unchecked, type TestDatabase } from './database.ts';
import { sampleRecord } from '../../testkit/src/samples.ts';

const SAMPLE_RECORD = sampleRecord();

let database: TestDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

/** Stores a record for a new user. */
async function insert(schema: string, userId: string, record: MfaRecord): Promise<void> {
  const store = postgresStore(database.pools[0], { schema });
  expect(await store.commit({ userId, expected: null, next: { revision: 'r0', record }, events: [] })).toBe(true);
}

/** A record that is locked until then. */
const lock = (until: number | null): MfaRecord => ({
  ...SAMPLE_RECORD,
  lockout: { failures: 10, passwordFailures: 4, lockedUntil: until, streak: 1 },
});

describe('migrate', () => {
  test('creates exactly what schema.sql says', () => {
    const file = readFileSync(new URL('../schema.sql', import.meta.url), 'utf8');
    const statements = file.replaceAll(/^--.*\n/gm, '').trim();
    const created = schemaObjects({ record: 'mfa_record', event: 'mfa_event' }).map(({ create }) => `${create};`);
    expect(statements).toBe(created.join('\n\n'));
  });

  test('touches nothing that is there', async () => {
    const schema = await database.createSchema();
    await insert(schema, 'alice', SAMPLE_RECORD);
    await migrate(database.pools[1], { schema });
    expect(await postgresStore(database.pools[1], { schema }).read('alice')).toEqual({
      revision: 'r0',
      record: SAMPLE_RECORD,
    });
    await database.dropSchema(schema);
  });

  test('adds columns and index to tables that lack them, and what is stored has no marks until its next change', async () => {
    const schema = await database.createSchema();
    const [pool, other] = database.pools;
    const store = postgresStore(pool, { schema });
    await insert(schema, 'alice', SAMPLE_RECORD);
    await pool.query(`ALTER TABLE ${schema}.mfa_record DROP COLUMN marks, DROP COLUMN overdue_from`);
    await expect(store.check?.()).rejects.toThrow(/lacks mfa_record\.marks, mfa_record\.overdue_from: run migrate/);
    await Promise.all([pool, other, pool, other].map((client) => migrate(client, { schema })));
    expect(await store.read('alice')).toEqual({ revision: 'r0', record: SAMPLE_RECORD });
    const none = { users: 1, locked: 0, lockedUntilUnlock: 0, overdue: 0 };
    expect(await store.countMarks?.(0)).toEqual([{ ...none, tags: null }]);
    expect(await store.scan({ limit: 9, marked: { tag: 'any' } })).toHaveLength(1);
    const marks = { tags: ['one', 'two'], lockedUntil: null, overdueFrom: 1000 };
    const next = { revision: 'r1', record: SAMPLE_RECORD };
    await store.commit({ userId: 'alice', expected: 'r0', next, events: [], marks });
    expect(await store.countMarks?.(999)).toEqual([{ ...none, tags: ['one', 'two'] }]);
    expect(await store.countMarks?.(1000)).toEqual([{ ...none, overdue: 1, tags: ['one', 'two'] }]);
    for (const [tag, found] of [
      ['one', 1],
      ['two', 1],
      ['on', 0],
      [null, 0],
    ] as const) {
      expect(await store.scan({ limit: 9, marked: { tag } })).toHaveLength(found);
    }
    // A commit that brings none takes away those that were there.
    await store.commit({ userId: 'alice', expected: 'r1', next: { ...next, revision: 'r2' }, events: [] });
    expect(await store.countMarks?.(0)).toEqual([{ ...none, tags: null }]);
    const { rows } = await pool.query('SELECT 1 FROM pg_indexes WHERE schemaname = $1 AND indexname = $2', [
      schema,
      'mfa_record_marks',
    ]);
    expect(rows).toHaveLength(1);
    await database.dropSchema(schema);
  });

  test('needs no right to create where everything is there', async () => {
    const [admin] = database.pools;
    const schema = await database.createSchema();
    const role = `${schema}_app`;
    await admin.query(`CREATE ROLE ${role} LOGIN`);
    await admin.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
    await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
    const url = new URL(database.url);
    url.username = role;
    const app = openPool(url.href);
    await migrate(app, { schema });
    expect(await postgresStore(app, { schema }).read('alice')).toBeNull();
    await app.end();
    await database.dropSchema(schema);
    await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  test.each(['select', 'Mixed Case', `quote"d; DROP TABLE x --`, 'schéma'])('takes the schema %s', async (schema) => {
    const [pool] = database.pools;
    await migrate(pool, { schema });
    const record = { ...SAMPLE_RECORD, epoch: 7 };
    for (const namedStatements of [true, false] as const) {
      const store = namedStatements
        ? postgresStore(pool, { schema, namedStatements })
        : postgresStore(pool, { schema });
      const userId = `named ${namedStatements}`;
      await store.commit({ userId, expected: null, next: { revision: 'r', record }, events: [] });
      expect(await store.read(userId)).toEqual({ revision: 'r', record });
    }
    await pool.query(`DROP SCHEMA "${schema.replaceAll('"', '""')}" CASCADE`);
  });

  test.each(['', 'x'.repeat(64), 'é'.repeat(32), 'a\0b'])('refuses the schema %j', async (schema) => {
    await expect(migrate(database.pools[0], { schema })).rejects.toThrow(RangeError);
    expect(() => postgresStore(database.pools[0], { schema })).toThrow(RangeError);
  });

  test('throws what the database refuses', async () => {
    const client = {
      query: async (text: string): Promise<{ rows: [] }> => {
        if (text.startsWith('CREATE')) throw Object.assign(new Error('permission denied'), { code: '42501' });
        return { rows: [] };
      },
    };
    await expect(migrate(client)).rejects.toThrow('permission denied');
  });
});

test('enabled and locked_until follow the record', async () => {
  const schema = await database.createSchema();
  const lockedUntil = Date.UTC(2026, 10, 22, 18, 30, 0, 250);
  await insert(schema, 'a enabled', lock(null));
  await insert(schema, 'b without a factor', { ...SAMPLE_RECORD, factors: [], backupCodes: null });
  await insert(schema, 'c locked', lock(lockedUntil));
  // `UNTIL_UNLOCK` of the core.
  await insert(schema, 'd locked until unlock', lock(8.64e15));
  const rows = async (): Promise<unknown[]> => {
    const answer = await database.pools[0].query(
      `SELECT user_id, enabled, locked_until FROM ${schema}.mfa_record ORDER BY user_id`,
    );
    return answer.rows.map((row: object) => Object.values(row));
  };
  expect(await rows()).toEqual([
    ['a enabled', true, null],
    ['b without a factor', false, null],
    ['c locked', true, new Date(lockedUntil)],
    ['d locked until unlock', true, Infinity],
  ]);
  const store = postgresStore(database.pools[0], { schema });
  const next = { revision: 'r1', record: lock(lockedUntil + 1000) };
  await store.commit({ userId: 'a enabled', expected: 'r0', next, events: [] });
  expect((await rows())[0]).toEqual(['a enabled', true, new Date(lockedUntil + 1000)]);
  await database.dropSchema(schema);
});

/** How many updates of the records there were, and how many of them were HOT. */
async function countUpdates(pool: Pool, schema: string): Promise<{ readonly updates: number; readonly hot: number }> {
  await pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await pool.query(
    `SELECT n_tup_upd::int AS updates, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables
     WHERE schemaname = $1 AND relname = 'mfa_record'`,
    [schema],
  );
  const [{ updates, hot }] = rows as [{ updates: number; hot: number }];
  console.log(`HOT updates: ${hot} of ${updates}`);
  return { updates, hot };
}

test('sign-ins, step-ups, wrong codes and wrong passwords are HOT', { timeout: 60_000 }, async () => {
  const schema = await database.createSchema();
  const pool = openPool(database.url, { max: 1 });
  const on = testApplication({ store: postgresStore(pool, { schema }) });
  const users: EnrolledUser[] = [];
  for (let user = 0; user < 20; user += 1) users.push(await on.enroll(`user-${user}`));
  const marks = `SELECT user_id, marks, locked_until, overdue_from FROM ${schema}.mfa_record ORDER BY user_id`;
  const { rows: marked } = await pool.query(marks);
  expect(marked[0]).toMatchObject({ marks: expect.stringMatching(/^ schema:1 enrolled kind:totp key:\S+ $/) });
  const before = await countUpdates(pool, schema);
  for (let round = 0; round < 10; round += 1) {
    for (const { userId, code, wrongCode } of users) {
      await on.mfa.passwordFailed(userId);
      await on.mfa.verify({ token: await on.token(userId), code: code() });
      await outcomeOf(on.mfa.stepUp(userId, { code: wrongCode() }));
    }
    on.clock.advance({ seconds: 30 });
    for (const { userId, code } of users) await on.mfa.stepUp(userId, { code: code() });
    on.clock.advance({ seconds: 30 });
  }
  const { updates, hot } = await countUpdates(pool, schema);
  expect(updates - before.updates).toBeGreaterThanOrEqual(800);
  expect((hot - before.hot) / (updates - before.updates)).toBeGreaterThan(0.95);
  expect((await pool.query(marks)).rows).toEqual(marked);
  await pool.end();
  await database.dropSchema(schema);
});

test('updates are HOT, but for those that set or lift a lock: no index grows by them', async () => {
  const schema = await database.createSchema();
  const pool = openPool(database.url, { max: 1 });
  const store = postgresStore(pool, { schema });
  const users = Array.from({ length: 50 }, (_, index) => `user-${index}`);
  for (const userId of users) await insert(schema, userId, SAMPLE_RECORD);
  for (let round = 1; round <= 40; round += 1) {
    for (const userId of users) {
      // What a burst of guesses changes: in one round of ten it sets a lock, and the next one lifts it.
      const lockout = {
        failures: round,
        passwordFailures: 0,
        lockedUntil: round % 10 === 0 ? Date.UTC(2026, 0, round) : null,
        streak: 0,
      };
      const next = { revision: `r${round}`, record: { ...SAMPLE_RECORD, lockout } };
      await store.commit({ userId, expected: `r${round - 1}`, next, events: [] });
    }
  }
  const { updates, hot } = await countUpdates(pool, schema);
  // Set in the rounds 10, 20, 30 and 40, lifted in 11, 21 and 31.
  const locks = 7 * users.length;
  expect(updates).toBe(2000);
  expect(hot / (updates - locks)).toBeGreaterThan(0.95);
  await pool.end();
  await database.dropSchema(schema);
});

/** As docs/store/postgres.md says: the tables of `schema.sql`, with a `PARTITION BY` each. */
async function createPartitioned(): Promise<string> {
  const schema = await database.createSchema();
  const [pool] = database.pools;
  const tables = { record: `${schema}.mfa_record`, event: `${schema}.mfa_event` };
  await pool.query(`DROP TABLE ${tables.record}, ${tables.event}`);
  for (const { name, create } of schemaObjects(tables)) {
    if (!create.startsWith('CREATE TABLE')) continue;
    const options = name === 'mfa_record' ? ' WITH (fillfactor = 70)' : '';
    await pool.query(`${create.replace(' WITH (fillfactor = 70)', '')} PARTITION BY HASH (user_id)`);
    for (let part = 0; part < 4; part += 1) {
      await pool.query(
        `CREATE TABLE ${schema}.${name}_${part} PARTITION OF ${schema}.${name}
         FOR VALUES WITH (MODULUS 4, REMAINDER ${part})${options}`,
      );
    }
  }
  await migrate(pool, { schema });
  return schema;
}

describe('hash partitions by user id', () => {
  let schema: string;
  beforeAll(async () => {
    schema = await createPartitioned();
  });
  afterAll(() => database.dropSchema(schema));

  const cases = storeCases(async () => {
    await database.empty(schema);
    const [one, other] = database.pools;
    return { connections: [unchecked(postgresStore(one, { schema })), unchecked(postgresStore(other, { schema }))] };
  });
  for (const { name, run } of cases) test(name, run);

  test('users are spread over all of them', async () => {
    await database.empty(schema);
    for (let user = 0; user < 40; user += 1) await insert(schema, `user-${user}`, SAMPLE_RECORD);
    const { rows } = await database.pools[0].query(`SELECT DISTINCT tableoid::regclass FROM ${schema}.mfa_record`);
    expect(rows).toHaveLength(4);
  });
});
