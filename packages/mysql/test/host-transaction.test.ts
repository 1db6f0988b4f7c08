import { testClock } from '@mfakit/testkit';
import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/mysql2';
import { Kysely, MysqlDialect, sql as kyselySql } from 'kysely';
import type { Pool } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlStore } from '../src/index.ts';
import { onServer, openDatabase, SKIPPED, type TestDatabase } from './database.ts';
import { outcomeOf, startApplication } from '../../postgres/test/users.ts';

const ROLLBACK = new Error('The host changed its mind.');

/** Runs work inside a transaction of the host that is then rolled back. */
type RolledBack = (pool: Pool, work: () => Promise<void>) => Promise<void>;

const hosts: Readonly<Record<string, RolledBack>> = {
  async Kysely(pool, work) {
    const db = new Kysely<object>({ dialect: new MysqlDialect({ pool: pool.pool }) });
    await db.transaction().execute(async (transaction) => {
      await kyselySql`SELECT 1`.execute(transaction);
      await work();
      throw ROLLBACK;
    });
  },
  async Drizzle(pool, work) {
    await drizzle({ client: pool }).transaction(async (transaction) => {
      await transaction.execute(drizzleSql`SELECT 1`);
      await work();
      throw ROLLBACK;
    });
  },
  async mysql2(pool, work) {
    const connection = await pool.getConnection();
    await connection.beginTransaction();
    await work();
    await connection.rollback();
    connection.release();
    throw ROLLBACK;
  },
};

onServer(`host transactions${SKIPPED}`, () => {
  let server: TestDatabase;
  let database: string;
  beforeAll(async () => {
    server = await openDatabase();
    database = await server.create();
  });
  afterAll(() => server.close());

  describe.each(Object.entries(hosts))('beside a transaction of %s on the same pool', (name, rolledBack) => {
    test('its rollback undoes no counted failure and brings no spent code back', async () => {
      const [pool] = server.pools;
      const { mfa, enroll } = startApplication(mysqlStore(pool, { database }), testClock());
      const user = await enroll(name);
      const code = user.code();
      const inside = rolledBack(pool, async () => {
        expect(await outcomeOf(mfa.stepUp(name, { code }))).toBe('accepted');
        expect(await outcomeOf(mfa.stepUp(name, { code: user.wrongCode() }))).toBe('invalid_code');
      });
      await expect(inside).rejects.toBe(ROLLBACK);
      expect(await outcomeOf(mfa.stepUp(name, { code }))).toBe('code_already_used');
      const [refused] = (await mfa.history(name)).filter((event) => event.type === 'attempt_refused').reverse();
      expect(refused).toMatchObject({ reason: 'invalid_code', failures: 1 });
    });
  });
});
