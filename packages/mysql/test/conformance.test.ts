import { OUTBOX_TYPES, storeCases } from '@mfakit/testkit';
import { createPool as createMariadbPool, type Pool as MariadbPool } from 'mariadb';
import type { Pool } from 'mysql2/promise';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { mysqlStore } from '../src/index.ts';
import { onServer, openDatabase, openPool, SKIPPED, type TestDatabase } from './database.ts';

onServer(`conformance on a real server${SKIPPED}`, () => {
  let server: TestDatabase;
  let database: string;
  beforeAll(async () => {
    // As it comes: a hasty one fails `check`.
    server = await openDatabase({});
    database = await server.create();
  });
  afterAll(async () => {
    await server.drop(database);
    await server.close();
  });

  describe('two pools of mysql2, with an outbox', () => {
    const outbox = { types: OUTBOX_TYPES };
    const cases = storeCases(async () => {
      await server.empty(database);
      const [one, other] = server.pools;
      return { connections: [mysqlStore(one, { database, outbox }), mysqlStore(other, { database, outbox })] };
    });
    for (const { name, run } of cases) test(name, run);
  });

  describe('another character set, isolation level, way of counting, and the database of the connection', () => {
    let pool: Pool;
    beforeAll(() => {
      const url = new URL(server.url);
      url.pathname = `/${database}`;
      pool = openPool(url.href, { charset: 'LATIN1_SWEDISH_CI', flags: ['-FOUND_ROWS'], namedPlaceholders: true });
      pool.on('connection', (connection) => {
        void connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
      });
    });
    afterAll(() => pool.end());

    const cases = storeCases(async () => {
      await server.empty(database);
      return { connections: [mysqlStore(pool), mysqlStore(server.pools[0], { database })] };
    });
    for (const { name, run } of cases) test(name, run);
  });

  describe('the mariadb connector', () => {
    let pool: MariadbPool;
    beforeAll(() => {
      const { hostname, port, username, password } = new URL(server.url);
      pool = createMariadbPool({
        host: hostname,
        port: Number(port || 3306),
        user: decodeURIComponent(username),
        password: decodeURIComponent(password),
        connectionLimit: 8,
      });
    });
    afterAll(() => pool.end());

    const cases = storeCases(async () => {
      await server.empty(database);
      return { connections: [mysqlStore(pool, { database })] };
    });
    for (const { name, run } of cases) test(name, run);
  });
});
