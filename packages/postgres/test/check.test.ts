/** What is wrong with a database is told by name: missing tables, settings, and clients of other libraries. */
import { createMfa, type MfaError } from '@mfakit/core';
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2';
import { Kysely, PostgresDialect } from 'kysely';
import mysql from 'mysql2';
import mysqlPromise from 'mysql2/promise';
import { Pool } from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, postgresStore, type PostgresClient } from '../src/index.ts';
import { openDatabase, openPool, type TestDatabase } from './database.ts';

let database: TestDatabase;
let schema: string;
beforeAll(async () => {
  database = await openDatabase({});
  schema = await database.createSchema();
});
afterAll(() => database.close());

describe('missing tables', () => {
  const lacks = /^The schema "nowhere" of this database lacks mfa_record.* run migrate\(\), or schema\.sql\.$/;

  test('every call says so to the operator', async () => {
    const store = postgresStore(database.pools[0], { schema: 'nowhere' });
    const commit = { userId: 'ann', expected: 'r', next: null, events: [] };
    for (const call of [
      () => store.read('ann'),
      () => store.commit(commit),
      () => store.events('ann', { limit: 1 }),
      () => store.scan({ limit: 1 }),
    ]) {
      await expect(call).rejects.toThrow(lacks);
      await expect(call).rejects.toMatchObject({ cause: { code: '42P01' } });
    }
    await expect(store.check?.()).rejects.toThrow(lacks);
  });

  test('the core makes it store_unavailable, whose own sentence does not tell', async () => {
    const keys = [Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64')];
    const store = postgresStore(database.pools[0], { schema: 'nowhere' });
    const mfa = createMfa({ issuer: 'Acme', store, keys, verifyPassword: 'passwordless' });
    for (const call of [() => mfa.status('ann'), () => mfa.check()]) {
      const error = await call().then(
        () => null,
        (thrown: unknown) => thrown as MfaError,
      );
      expect(error?.code).toBe('store_unavailable');
      expect(error?.cause).toMatchObject({ message: expect.stringMatching(lacks) });
      expect(error?.message).not.toContain('migrate');
    }
  });

  test('one column is named', async () => {
    const own = await database.createSchema();
    const store = postgresStore(database.pools[0], { schema: own });
    await database.pools[0].query(`ALTER TABLE ${own}.mfa_event DROP COLUMN at`);
    await expect(store.check?.()).rejects.toThrow(/lacks mfa_event\.at: run migrate/);
    await database.dropSchema(own);
  });
});

/** The server, with another answer for its settings. */
const saying = (value: string | null): PostgresClient => ({
  query: (text, values) =>
    text.includes('current_setting') ? Promise.resolve({ rows: [{ value }] }) : database.pools[0].query(text, values),
});

describe('settings', () => {
  test('a sound server passes, with named statements too', async () => {
    const [pool] = database.pools;
    expect(await postgresStore(pool, { schema }).check?.()).toBeUndefined();
    expect(await postgresStore(pool, { schema, namedStatements: true }).check?.()).toBeUndefined();
  });

  test('synchronous_commit = off is named, with its remedy', async () => {
    const pool = openPool(database.url, { options: '-c synchronous_commit=off' });
    await expect(postgresStore(pool, { schema }).check?.()).rejects.toThrow(
      /^synchronous_commit is off .*'-c synchronous_commit=on'/,
    );
    await pool.end();
  });

  test('fsync = off, as in PGlite, is named', async () => {
    await expect(postgresStore(saying('off'), { schema }).check?.()).rejects.toThrow(/^fsync is off in PostgreSQL/);
  });

  test('a database that knows neither passes', async () => {
    expect(await postgresStore(saying(null), { schema }).check?.()).toBeUndefined();
  });
});

/** A Prisma client is generated; these are the methods that its published types promise. */
const prisma = Object.fromEntries(
  ['$connect', '$disconnect', '$transaction', '$queryRawUnsafe', '$executeRawUnsafe'].map((name) => [name, () => null]),
);

describe('a client of another library is told what to hand over instead', () => {
  // Nothing here connects.
  const pool = new Pool({ connectionString: 'postgres://127.0.0.1:1/none' });
  const mysqlPool = mysql.createPool({ host: '127.0.0.1', port: 1 });
  test.each<[string, unknown, RegExp]>([
    ['mysql2', mysqlPool, /mysql2\. This store speaks PostgreSQL: hand over a Pool of pg/],
    ['mysql2/promise', mysqlPromise.createPool({ host: '127.0.0.1', port: 1 }), /mysql2/],
    ['Kysely', new Kysely({ dialect: new PostgresDialect({ pool }) }), /Kysely\. Hand over the Pool/],
    ['Drizzle over pg', drizzlePg({ client: pool }), /Drizzle\. Hand over the Pool .*\$client/],
    ['Drizzle over mysql2', drizzleMysql({ client: mysqlPool }), /Drizzle/],
    ['Prisma', prisma, /Prisma\. Hand over a Pool of pg/],
    ['postgres.js', postgres('postgres://127.0.0.1:1/none'), /Hand over fromPostgresJs\(sql\)/],
  ])('%s', async (_library, client, message) => {
    expect(() => postgresStore(client as PostgresClient)).toThrow(TypeError);
    expect(() => postgresStore(client as PostgresClient)).toThrow(message);
    await expect(migrate(client as PostgresClient)).rejects.toThrow(message);
  });

  test('what Drizzle and Kysely stand on is accepted', () => {
    expect(() => postgresStore(drizzlePg({ client: pool }).$client)).not.toThrow();
  });
});
