/** What is wrong with a database is told by name: a missing table, settings, and clients of other libraries. */
import { createMfa, type MfaError } from '@mfakit/core';
import { drizzle } from 'drizzle-orm/mysql2';
import { Kysely, MysqlDialect } from 'kysely';
import mysql from 'mysql2';
import { createPool, type Pool } from 'mysql2/promise';
import { Pool as PgPool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, mysqlStore, type MysqlClient } from '../src/index.ts';
import { onServer, openDatabase, openPool, SKIPPED, type TestDatabase } from './database.ts';

onServer(`check on a real server${SKIPPED}`, () => {
  let server: TestDatabase;
  let database: string;
  beforeAll(async () => {
    server = await openDatabase({});
    database = await server.create();
  });
  afterAll(async () => {
    await server.drop(database);
    await server.close();
  });

  describe('a missing table', () => {
    const lacks = /^The database "nowhere" lacks mfa_entry.*: run migrate\(\), or schema\.sql\.$/;

    test('every call says so to the operator', async () => {
      const store = mysqlStore(server.pools[0], { database: 'nowhere' });
      for (const call of [
        () => store.read('ann'),
        () => store.commit({ userId: 'ann', expected: 'r', next: null, events: [] }),
        () => store.events('ann', { limit: 1 }),
        () => store.scan({ limit: 1 }),
      ]) {
        await expect(call).rejects.toThrow(lacks);
        await expect(call).rejects.toMatchObject({ cause: { errno: expect.any(Number) } });
      }
      await expect(store.check?.()).rejects.toThrow(lacks);
    });

    test('the core makes it store_unavailable, whose own sentence does not tell', async () => {
      const keys = [Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64')];
      const store = mysqlStore(server.pools[0], { database: 'nowhere' });
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
      const own = await server.create();
      await server.pools[0].query(`ALTER TABLE ${own}.mfa_entry DROP COLUMN revision`);
      await expect(mysqlStore(server.pools[0], { database: own }).check?.()).rejects.toThrow(
        /lacks mfa_entry\.revision: run migrate/,
      );
      await server.drop(own);
    });

    test.each([
      ['MODIFY user_id VARCHAR(255) NOT NULL', /user_id must be varbinary/],
      ['ENGINE = MyISAM', /must be a table of InnoDB/],
    ])('a table made otherwise is told: %s', async (change, message) => {
      const own = await server.create();
      await server.pools[0].query(`ALTER TABLE ${own}.mfa_entry ${change}`);
      await expect(mysqlStore(server.pools[0], { database: own }).check?.()).rejects.toThrow(message);
      await server.drop(own);
    });
  });

  describe('settings', () => {
    test('a sound server passes', async () => {
      expect(await mysqlStore(server.pools[0], { database }).check?.()).toBeUndefined();
    });

    test.each([
      ['autocommit = 0', /^autocommit is OFF/],
      ['SESSION TRANSACTION READ ONLY', /^(?:tx|transaction)_read_only is ON/],
      ['SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED', /isolation is READ-UNCOMMITTED/],
      ["sql_mode = ''", /^sql_mode is empty: what does not fit would be cut/],
      ['innodb_lock_wait_timeout = 60', /^innodb_lock_wait_timeout is 60 s/],
    ])('SET %s in the sessions of a pool is named', async (setting, message) => {
      const pool = openPool(server.url, { connectionLimit: 1 });
      await pool.query(`SET ${setting}`);
      await expect(mysqlStore(pool, { database }).check?.()).rejects.toThrow(message);
      await pool.end();
    });

    test.each([
      [
        'innodb_flush_log_at_trx_commit = 2',
        'innodb_flush_log_at_trx_commit = 1',
        /^innodb_flush_log_at_trx_commit is 2/,
      ],
      ['read_only = ON', 'read_only = OFF', /^read_only is ON: this is a replica/],
    ])('SET GLOBAL %s is named', async (setting, back, message) => {
      const [pool] = server.pools;
      await pool.query(`SET GLOBAL ${setting}`);
      await expect(mysqlStore(pool, { database }).check?.()).rejects.toThrow(message);
      await pool.query(`SET GLOBAL ${back}`);
    });
  });

  /** The server, with other answers for some variables. */
  const saying = (variables: Readonly<Record<string, string>>): MysqlClient => ({
    execute: async (statement, values) => {
      const [rows] = await server.pools[0].execute<mysql.RowDataPacket[]>(statement, values);
      const others = rows.filter((row) => !(String(row['Variable_name']) in variables));
      const told = Object.entries(variables).map(([name, value]) => ({ Variable_name: name, Value: value }));
      return [statement.sql.startsWith('SHOW') ? [...others, ...told] : rows, []];
    },
  });

  test.each([
    [{ log_bin: 'ON', sync_binlog: '0' }, /^sync_binlog is 0: the binary log is on/],
    [{ wsrep_on: 'ON', wsrep_sync_wait: '0' }, /^wsrep_sync_wait is 0: a node of Galera/],
    [{ wsrep_on: 'ON', wsrep_sync_wait: '6' }, /^wsrep_sync_wait is 6/],
    [{ super_read_only: 'ON' }, /^super_read_only is ON/],
    [
      {
        group_replication_group_name: 'g',
        group_replication_single_primary_mode: 'OFF',
        group_replication_consistency: 'EVENTUAL',
      },
      /^group_replication_consistency is EVENTUAL/,
    ],
  ])('%j is named', async (variables, message) => {
    await expect(mysqlStore(saying(variables), { database }).check?.()).rejects.toThrow(message);
  });

  test.each([
    { log_bin: 'OFF', sync_binlog: '0' },
    { log_bin: 'ON', sync_binlog: '1' },
    { wsrep_on: 'ON', wsrep_sync_wait: '1' },
    { wsrep_on: 'ON', wsrep_sync_wait: '7' },
    { innodb_flush_log_at_trx_commit: '3' },
  ])('%j passes', async (variables) => {
    expect(await mysqlStore(saying(variables), { database }).check?.()).toBeUndefined();
  });
});

/** A Prisma client is generated; these are the methods that its published types promise. */
const prisma = Object.fromEntries(
  ['$connect', '$disconnect', '$transaction', '$queryRawUnsafe', '$executeRawUnsafe'].map((name) => [name, () => null]),
);

describe('a client of another library is told what to hand over instead', () => {
  // Nothing here connects.
  const pool: Pool = createPool({ host: '127.0.0.1', port: 1 });
  const callbacks = mysql.createPool({ host: '127.0.0.1', port: 1 });
  test.each<[string, unknown, RegExp]>([
    ['mysql2 with callbacks', callbacks, /mysql2 with callbacks\. Hand over its promises: pool\.promise\(\)/],
    ['Kysely', new Kysely({ dialect: new MysqlDialect({ pool: callbacks }) }), /Kysely\. Hand over the Pool/],
    ['Drizzle', drizzle({ client: pool }), /Drizzle\. Hand over the Pool .*\$client/],
    ['Prisma', prisma, /Prisma\. Hand over a Pool of mysql2/],
    ['pg', new PgPool({ connectionString: 'postgres://127.0.0.1:1/none' }), /pg\. This store speaks MySQL/],
    ['none', {}, /must have a method execute/],
    ['nothing', null, /must have a method execute/],
  ])('%s', async (_library, client, message) => {
    expect(() => mysqlStore(client as MysqlClient)).toThrow(TypeError);
    expect(() => mysqlStore(client as MysqlClient)).toThrow(message);
    await expect(migrate(client as MysqlClient)).rejects.toThrow(message);
  });

  test('what Drizzle stands on is accepted, and so are the promises of a pool with callbacks', () => {
    expect(() => mysqlStore(drizzle({ client: pool }).$client)).not.toThrow();
    expect(() => mysqlStore(callbacks.promise())).not.toThrow();
  });
});
