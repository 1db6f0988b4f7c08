/** A PostgreSQL database for one test file: a given server, or one of its own; and fresh schemas inside it. */
import type { MfaStore } from '@mfakit/core';
import { startPostgres } from '@mfakit/postgres-server';
import { Pool, type PoolConfig } from 'pg';
import { migrate } from '../src/index.ts';

/** A database with room for any number of tests. */
export interface TestDatabase {
  readonly url: string;
  /** Connection pools that share nothing but the database. */
  readonly pools: readonly [Pool, Pool];
  /** The tables in a schema of their own. */
  createSchema(): Promise<string>;
  /** Takes every row out of a schema: quicker than a new one for each case. */
  empty(schema: string): Promise<void>;
  dropSchema(schema: string): Promise<void>;
  close(): Promise<void>;
}

let schemas = 0;

/** What makes a server quick that no test crashes. */
const HASTY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Opens `MFAKIT_TEST_POSTGRES_URL` where it is set, and starts a server where not.
 * @param settings - by their names in `postgresql.conf`
 */
export async function openDatabase(settings: Readonly<Record<string, string>> = HASTY): Promise<TestDatabase> {
  const given = process.env['MFAKIT_TEST_POSTGRES_URL'];
  const server = given === undefined ? await startPostgres({ settings }) : null;
  const url = given ?? server?.url ?? '';
  const pools = [openPool(url), openPool(url)] as const;
  const [pool] = pools;
  return {
    url,
    pools,
    async createSchema() {
      schemas += 1;
      const schema = `mfakit_test_${process.pid}_${Date.now()}_${schemas}`;
      await migrate(pool, { schema });
      return schema;
    },
    async empty(schema) {
      await pool.query(`TRUNCATE ${schema}.mfa_record, ${schema}.mfa_event`);
    },
    async dropSchema(schema) {
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    },
    async close() {
      await Promise.all(pools.map((open) => open.end()));
      await server?.stop();
    },
  };
}

/** A store as the kit may test it on a hasty server, which its check refuses by right. */
export function unchecked(store: MfaStore): MfaStore {
  const entries = Object.entries(store).filter(([name]) => name !== 'check');
  return Object.fromEntries(entries) as unknown as MfaStore;
}

/** A pool that survives the loss of an idle connection. */
export function openPool(url: string, config: PoolConfig = {}): Pool {
  const pool = new Pool({ connectionString: url, max: 8, connectionTimeoutMillis: 5000, ...config });
  pool.on('error', () => undefined);
  return pool;
}

/** Resolves once a statement on the server waits for another one's lock. */
export async function waitForLock(pool: Pool): Promise<void> {
  for (;;) {
    const { rows } = await pool.query('SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1');
    if (rows.length > 0) return;
  }
}
