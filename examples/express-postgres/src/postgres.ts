/** PostgreSQL: one schema for accounts and sessions, and for second factors. */
import type { MfaStore } from '@mfakit/core';
import type { Sql } from '@mfakit/example-application';
import { migrate, postgresStore } from '@mfakit/postgres';
import { Pool } from 'pg';

/** Ends a statement that hangs, well before the library gives up its call (10 s): nothing lands after that. */
const STATEMENT_TIMEOUT_MS = 5_000;

/** What the example keeps its data in. */
export interface Database {
  readonly sql: Sql;
  readonly store: MfaStore;
  close(): Promise<void>;
}

/**
 * Connects; makes the schema and the library's tables if they are missing.
 * @param schema - small letters, digits and underscores
 */
export async function openDatabase(url: string, schema: string): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    options: `-c search_path=${schema}`,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  // Without a listener, an idle connection that breaks would end the process.
  pool.on('error', console.error);
  await migrate(pool, { schema });
  return {
    async sql(statement, values = []) {
      const { rows } = await pool.query<Record<string, unknown>>(statement, [...values]);
      return rows;
    },
    store: postgresStore(pool, { schema }),
    close: () => pool.end(),
  };
}
