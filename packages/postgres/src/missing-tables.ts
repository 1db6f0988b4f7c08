/** Missing tables: recognizes what PostgreSQL says of them, and says what to do. */

/** undefined_table, undefined_column, invalid_schema_name. */
const CODES = ['42P01', '42703', '3F000'];

/** An error of the client; with what to do about it, if it says that tables or columns are missing. */
export function explained(error: unknown, schema: string, hasOutbox: boolean): unknown {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && CODES.includes(String(each.code))) return tablesMissing(schema, { hasOutbox, cause: error });
  }
  return error;
}

/** What is known of what is missing. */
interface Missing {
  /** As `table.column`. */
  readonly columns?: readonly string[];
  readonly hasOutbox: boolean;
  readonly cause?: unknown;
}

/** The error that says what to do about it. */
export function tablesMissing(schema: string, { columns = [], hasOutbox, cause }: Missing): Error {
  const tables = hasOutbox ? 'mfa_record, mfa_event and mfa_outbox' : 'mfa_record and mfa_event';
  const what = columns.length === 0 ? `${tables}, or columns of them` : columns.join(', ');
  const remedy = hasOutbox ? 'run migrate() with outbox: true, or schema-outbox.sql' : 'run migrate(), or schema.sql';
  const message = `The schema "${schema}" of this database lacks ${what}: ${remedy}.`;
  return new Error(message, cause === undefined ? undefined : { cause });
}
