/** migrate: brings a database to the tables that this release needs. */
import { checkBinding, onPrimary, type D1Database } from './binding.ts';
import { EVENT_TABLE, RECORD_TABLE } from './schema.ts';

/**
 * Creates the tables if they are missing. Idempotent, and safe from any number of Workers at once. A Worker has no start at
 * which to call it: call it from a script or a route for operators, or give `schema.sql` to wrangler.
 *
 * @param database - the binding of the Worker
 * @throws {TypeError} if it is no binding
 * @throws what the binding throws
 */
export async function migrate(database: D1Database): Promise<void> {
  checkBinding(database);
  await onPrimary(database, [[RECORD_TABLE], [EVENT_TABLE]]);
}
