/** migrate: creates the tables, whoever else is at it. */
import { checkClient, type PostgresClient } from './client.ts';
import { outboxIn, outboxObjects } from './outbox.ts';
import { quoted, schemaObjects, tablesIn } from './tables.ts';

/** Where the tables go. */
export interface MigrateOptions {
  /** Is created where it is missing; default `public`. */
  readonly schema?: string;
  /** Whether to create the table of the outbox too; default `false`. */
  readonly outbox?: boolean;
}

/** Other processes that may create the same thing at the same moment, each of which can spoil one try. */
const MAX_TRIES = 50;

/**
 * What a statement ends in that lost a race against the same statement elsewhere: `IF NOT EXISTS` looks first and creates
 * later, and in between stand a unique index of the catalog (23505), the thing itself (42P06, 42P07, 42710), a
 * concurrently updated row of the catalog (XX000), or a rolled back transaction (40001, 40P01).
 */
const LOST_RACES = ['23505', '42P06', '42P07', '42710', 'XX000', '40001', '40P01'];

/**
 * Creates what is missing of the tables and their indexes, and touches nothing that is there. Any number of processes
 * may call it at once, at every start. Needs the right to create only where something is missing.
 *
 * @param client - as for `postgresStore`
 * @throws what the client throws
 */
export async function migrate(
  client: PostgresClient,
  { schema = 'public', outbox = false }: MigrateOptions = {},
): Promise<void> {
  checkClient(client);
  const objects = [...schemaObjects(tablesIn(schema)), ...(outbox ? outboxObjects(outboxIn(schema)) : [])];
  const found = await client.query('SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1', [schema]);
  if (found.rows.length === 0) await create(client, `CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`);

  for (const object of objects) {
    const { rows } = await client.query(
      `SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = $1 AND c.relname = $2`,
      [schema, object.name],
    );
    if (rows.length === 0) await create(client, object.create);
  }
}

/** Tries until it is done, here or elsewhere: where another process was faster, `IF NOT EXISTS` sees so the next time. */
async function create(client: PostgresClient, statement: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.query(statement, []);
      return;
    } catch (error) {
      const lost = error instanceof Error && 'code' in error && LOST_RACES.includes(String(error.code));
      if (!lost || tries === MAX_TRIES) throw error;
    }
  }
}
