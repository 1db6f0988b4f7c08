/** migrate: creates the table, whoever else is at it. */
import { rowsOf } from './answer.ts';
import { ANSWER_LIMIT_MS, checkClient, type MysqlClient } from './client.ts';
import { errorNumber } from './rolled-back.ts';
import { createTable, quoted, tableIn } from './table.ts';

/** Where the table goes. */
export interface MigrateOptions {
  /** Is created if it is missing; by default the database that the pool's connections use. */
  readonly database?: string;
}

/** Other processes that may create the same thing at the same moment, each of which can spoil one try. */
const MAX_TRIES = 50;

/** ER_DB_CREATE_EXISTS, ER_TABLE_EXISTS_ERROR, and a deadlock: `IF NOT EXISTS` looks first and creates later. */
const LOST_RACES: readonly unknown[] = [1007, 1050, 1213];

/**
 * Creates what is missing, and touches nothing that is there. Any number of processes may call it at once, at every
 * start. Needs the right to create only if something is missing.
 *
 * @param client - as for `mysqlStore`
 * @throws {TypeError | RangeError} as `mysqlStore`
 * @throws what the client throws
 */
export async function migrate(client: MysqlClient, { database }: MigrateOptions = {}): Promise<void> {
  checkClient(client);
  const table = tableIn(database);
  if (database !== undefined) {
    const found = await rowsOf(client, 'SELECT 1 FROM information_schema.schemata WHERE schema_name = ?', [database]);
    if (found.length === 0) await create(client, `CREATE DATABASE IF NOT EXISTS ${quoted(database)}`);
  }
  const found = await rowsOf(
    client,
    `SELECT 1 FROM information_schema.tables WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = 'mfa_entry'`,
    [database ?? null],
  );
  if (found.length === 0) await create(client, createTable(table));
}

/** Tries until it is done, here or elsewhere: if another process was faster, `IF NOT EXISTS` sees so the next time. */
async function create(client: MysqlClient, sql: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.execute({ sql, timeout: ANSWER_LIMIT_MS }, []);
      return;
    } catch (error) {
      if (!LOST_RACES.includes(errorNumber(error)) || tries === MAX_TRIES) throw error;
    }
  }
}
