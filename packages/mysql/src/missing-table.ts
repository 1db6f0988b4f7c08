/** A missing table: recognizes what the server says of it, and says what to do. */
import { errorNumber } from './rolled-back.ts';

/** ER_NO_SUCH_TABLE, ER_BAD_FIELD_ERROR, ER_BAD_DB_ERROR, ER_NO_DB_ERROR. */
const NUMBERS: readonly unknown[] = [1146, 1054, 1049, 1046];

/** An error of the client; with what to do about it, if it says that the table or a column is missing. */
export function explained(error: unknown, database: string | undefined): unknown {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (NUMBERS.includes(errorNumber(each))) return tableMissing(database, [], error);
  }
  return error;
}

/** @param columns - which are missing, as `table.column`, if that is known */
export function tableMissing(database: string | undefined, columns: readonly string[] = [], cause?: unknown): Error {
  const where = database === undefined ? 'The database of the connection' : `The database "${database}"`;
  const what = columns.length === 0 ? 'mfa_entry, or columns of it' : columns.join(', ');
  const message = `${where} lacks ${what}: run migrate(), or schema.sql.`;
  return new Error(message, cause === undefined ? undefined : { cause });
}
