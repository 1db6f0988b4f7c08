/** Tables: what an operator does to the database by hand. */
import { migrate, type D1Database } from '../src/index.ts';

/** Fresh, empty tables. */
export async function resetTables(database: D1Database): Promise<void> {
  await sql(database, 'DROP TABLE IF EXISTS mfa_record');
  await sql(database, 'DROP TABLE IF EXISTS mfa_event');
  await sql(database, 'DROP TABLE IF EXISTS mfa_outbox');
  await migrate(database);
}

/** Rows by column name. */
interface Rows {
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

/** One statement, and its rows. */
export async function sql(database: D1Database, text: string, ...values: (string | number)[]): Promise<Rows> {
  const [result] = await database.batch([database.prepare(text).bind(...values)]);
  if (result === undefined) throw new Error('A batch gives one result per statement.');
  return result as Rows;
}
