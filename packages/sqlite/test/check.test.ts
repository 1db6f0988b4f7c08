/** What is wrong with a database is told by name: missing tables, settings, and clients of other libraries. */
import { createMfa, type MfaError } from '@mfakit/core';
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2';
import { drizzle as drizzleProxy } from 'drizzle-orm/sqlite-proxy';
import { Kysely, SqliteDialect } from 'kysely';
import mysql from 'mysql2';
import mysqlPromise from 'mysql2/promise';
import { Pool } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { migrate, sqliteStore, type SqliteDatabase } from '../src/index.ts';
import { emptyFile } from './database-file.ts';
import type { Open } from './drivers.ts';
import { onEachDriver } from './on-each-driver.ts';

const LACKS = /^This SQLite database lacks mfa_record.*: run migrate\(\), or schema\.sql\.$/;

/** A connection to a file without tables, for one test. */
function connect(open: Open): SqliteDatabase {
  const file = emptyFile(open);
  onTestFinished(() => file.remove());
  return file.connect();
}

onEachDriver('check', (_driver, open) => {
  test('missing tables: every call says so to the operator, and the core does not tell', async () => {
    const database = connect(open);
    const store = sqliteStore(database);
    const commit = { userId: 'ann', expected: 'r', next: null, events: [] };
    for (const call of [
      () => store.read('ann'),
      () => store.commit(commit),
      () => store.events('ann', { limit: 1 }),
      () => store.scan({ limit: 1 }),
      () => store.check?.(),
    ]) {
      await expect(call).rejects.toThrow(LACKS);
    }
    const keys = [Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64')];
    const mfa = createMfa({ issuer: 'Acme', store, keys, verifyPassword: 'passwordless' });
    for (const call of [() => mfa.status('ann'), () => mfa.check()]) {
      const error = await call().then(
        () => null,
        (thrown: unknown) => thrown as MfaError,
      );
      expect(error?.code).toBe('store_unavailable');
      expect(error?.cause).toMatchObject({ message: expect.stringMatching(LACKS) });
      expect(error?.message).not.toContain('migrate');
    }
    // Afterwards the same store serves.
    await migrate(database);
    expect(await store.read('ann')).toBeNull();
    expect(await store.check?.()).toBeUndefined();
  });

  test('one column is named', async () => {
    const database = connect(open);
    await migrate(database);
    database.exec('ALTER TABLE mfa_event DROP COLUMN at');
    await expect(sqliteStore(database).check?.()).rejects.toThrow(/lacks mfa_event\.at: run migrate/);
  });

  test('synchronous below FULL is named', async () => {
    const database = connect(open);
    await migrate(database);
    const store = sqliteStore(database);
    database.exec('PRAGMA synchronous = NORMAL');
    await expect(store.check?.()).rejects.toThrow(/^synchronous is below FULL/);
    database.exec('PRAGMA synchronous = EXTRA');
    expect(await store.check?.()).toBeUndefined();
  });

  test('a journal that does not survive a crash is named, except in a database in memory', async () => {
    const database = connect(open);
    await migrate(database);
    const store = sqliteStore(database);
    for (const wanted of ['memory', 'off']) {
      // Some drivers open databases in defensive mode, in which SQLite keeps its journal on; the pragma tells.
      const [row] = database.prepare(`PRAGMA journal_mode = ${wanted}`).all() as { journal_mode: string }[];
      expect(['memory', wanted]).toContain(row?.journal_mode);
      await expect(store.check?.()).rejects.toThrow(new RegExp(`^journal_mode is ${row?.journal_mode} `));
    }
    database.prepare('PRAGMA journal_mode = DELETE').all();
    expect(await store.check?.()).toBeUndefined();

    const memory = open(':memory:');
    await migrate(memory);
    expect(await sqliteStore(memory).check?.()).toBeUndefined();
    memory.close();
  });
});

/** A Prisma client is generated; these are the methods that its published types promise. */
const prisma = Object.fromEntries(
  ['$connect', '$disconnect', '$transaction', '$queryRawUnsafe', '$executeRawUnsafe'].map((name) => [name, () => null]),
);
/** By the published types of @libsql/client. */
const libsqlClient = Object.fromEntries(
  ['execute', 'batch', 'migrate', 'transaction', 'executeMultiple', 'sync', 'close'].map((name) => [name, () => null]),
);

const unused = async (): Promise<never> => Promise.reject(new Error('unused'));

describe('a client of another library is told what to hand over instead', () => {
  // Nothing here connects.
  const mysqlPool = mysql.createPool({ host: '127.0.0.1', port: 1 });
  test.each<[string, unknown, RegExp]>([
    ['mysql2', mysqlPool, /mysql2\. This store speaks SQLite: hand over a connection of better-sqlite3/],
    ['mysql2/promise', mysqlPromise.createPool({ host: '127.0.0.1', port: 1 }), /mysql2/],
    [
      'Kysely',
      new Kysely({ dialect: new SqliteDialect({ database: unused }) }),
      /Kysely\. Hand over another connection/,
    ],
    ['Drizzle over SQLite', drizzleProxy(unused), /Drizzle\. Hand over a connection of .*\$client/],
    ['Drizzle over mysql2', drizzleMysql({ client: mysqlPool }), /Drizzle/],
    ['Prisma', prisma, /Prisma\. Hand over a connection/],
    ['@libsql/client', libsqlClient, /asynchronous: hand over a Database of the package libsql/],
    ['pg', new Pool({ connectionString: 'postgres://127.0.0.1:1/none' }), /use postgresStore of @mfakit\/postgres/],
  ])('%s', async (_library, client, message) => {
    expect(() => sqliteStore(client as SqliteDatabase)).toThrow(TypeError);
    expect(() => sqliteStore(client as SqliteDatabase)).toThrow(message);
    await expect(migrate(client as SqliteDatabase)).rejects.toThrow(message);
  });
});
