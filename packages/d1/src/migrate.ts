/** migrate: brings a database to the tables that this release needs. */
import { checkBinding, onPrimary, type D1Database } from './binding.ts';
import { OUTBOX_INDEX, OUTBOX_TABLE } from './outbox.ts';
import { EVENT_TABLE, RECORD_TABLE } from './schema.ts';

/** What to create. */
export interface MigrateOptions {
  /** Whether to create the table of the outbox too; default `false`. */
  readonly outbox?: boolean;
}

/**
 * Creates the tables if they are missing. Idempotent, and safe from any number of Workers at once. A Worker has no start at
 * which to call it: call it from a script or a route for operators, or give `schema.sql` and `schema-outbox.sql` to wrangler.
 *
 * @param database - the binding of the Worker
 * @throws {TypeError} if it is no binding
 * @throws what the binding throws
 */
export async function migrate(database: D1Database, { outbox = false }: MigrateOptions = {}): Promise<void> {
  checkBinding(database);
  const forOutbox = outbox ? [[OUTBOX_TABLE] as const, [OUTBOX_INDEX] as const] : [];
  await onPrimary(database, [[RECORD_TABLE], [EVENT_TABLE], ...forOutbox], outbox);
}
