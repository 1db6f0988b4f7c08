/** A MySQL or MariaDB server for one test file: a given one, or one of its own; and fresh databases inside it. */
import { mariadbFolder, startMariadb } from '@mfakit/mysql-server';
import { createPool, type Pool, type PoolOptions } from 'mysql2/promise';
import { describe } from 'vitest';
import { migrate } from '../src/index.ts';

/** A server with room for any number of tests. */
export interface TestDatabase {
  readonly url: string;
  /** Connection pools that share nothing but the server. */
  readonly pools: readonly [Pool, Pool];
  /** The table in a database of its own. */
  create(): Promise<string>;
  /** Takes every row out of a database: quicker than a new one for each case. */
  empty(database: string): Promise<void>;
  drop(database: string): Promise<void>;
  close(): Promise<void>;
}

const GIVEN = process.env['MFAKIT_TEST_MYSQL_URL'];
const missing = GIVEN === undefined && mariadbFolder() === null;
if (missing && process.env['CI'] === 'true') throw new Error('There is no mariadbd, and no MFAKIT_TEST_MYSQL_URL.');

/** A `describe` for what needs a server. What it skips says so, in one line. */
export const onServer: typeof describe | typeof describe.skip = missing ? describe.skip : describe;

/** A `describe` for what needs a server of its own, whatever is given. */
export const canStart: typeof describe | typeof describe.skip = mariadbFolder() === null ? describe.skip : describe;

/** Ends a title. */
export const SKIPPED: string = missing
  ? ' (skipped: there is no mariadbd; on Debian: apt-get install mariadb-server)'
  : '';

let databases = 0;

/** What makes a server quick that no test crashes. */
const HASTY = { 'innodb-flush-log-at-trx-commit': '0' };

/**
 * Opens `MFAKIT_TEST_MYSQL_URL` if it is set, and starts a server if not.
 * @param settings - by their names on the command line of `mariadbd`
 */
export async function openDatabase(settings: Readonly<Record<string, string>> = HASTY): Promise<TestDatabase> {
  const server = GIVEN === undefined ? await startMariadb({ settings }) : null;
  const url = GIVEN ?? server?.url ?? '';
  const pools = [openPool(url), openPool(url)] as const;
  const [pool] = pools;
  return {
    url,
    pools,
    async create() {
      databases += 1;
      const database = `mfakit_test_${process.pid}_${Date.now()}_${databases}`;
      await migrate(pool, { database });
      return database;
    },
    async empty(database) {
      await pool.query(`DELETE FROM ${database}.mfa_entry`);
    },
    async drop(database) {
      await pool.query(`DROP DATABASE IF EXISTS ${database}`);
    },
    async close() {
      await Promise.all(pools.map((open) => open.end()));
      await server?.stop();
    },
  };
}

/** A pool of `mysql2/promise`. */
export function openPool(url: string, options: PoolOptions = {}): Pool {
  return createPool({ uri: url, connectionLimit: 8, connectTimeout: 5000, ...options });
}

/** Resolves once a statement on the server waits for another one's lock. */
export async function waitForLock(pool: Pool): Promise<void> {
  for (;;) {
    const [rows] = await pool.query(
      "SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT' LIMIT 1",
    );
    if (Array.isArray(rows) && rows.length > 0) return;
    // Asked again within a tenth of a second, the server tells what it told before.
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
