/** Missing tables: recognizes what PostgreSQL says of them, and says what to do. */

/** undefined_table, undefined_column, invalid_schema_name. */
const CODES = ['42P01', '42703', '3F000'];

/** An error of the client; with what to do about it, if it says that tables or columns are missing. */
export function explained(error: unknown, schema: string): unknown {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && CODES.includes(String(each.code))) return tablesMissing(schema, [], error);
  }
  return error;
}

/** @param columns - which are missing, as `table.column`, if that is known */
export function tablesMissing(schema: string, columns: readonly string[] = [], cause?: unknown): Error {
  const what = columns.length === 0 ? 'mfa_record and mfa_event, or columns of them' : columns.join(', ');
  const message = `The schema "${schema}" of this database lacks ${what}: run migrate(), or schema.sql.`;
  return new Error(message, cause === undefined ? undefined : { cause });
}
