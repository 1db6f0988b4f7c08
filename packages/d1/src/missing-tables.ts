/** Missing tables: recognizes what D1 says of them, and says what to do. */

/** D1 hands on SQLite's own text, with a prefix. */
const MISSING = /no such (?:table|column): |has no column named/;

/** An error of the binding; with what to do about it, if it says that tables or columns are missing. */
export function explained(error: unknown): unknown {
  return error instanceof Error && MISSING.test(error.message) ? tablesMissing([], error) : error;
}

/** @param columns - which are missing, as `table.column`, if that is known */
export function tablesMissing(columns: readonly string[] = [], cause?: unknown): Error {
  const what = columns.length === 0 ? 'mfa_record and mfa_event, or columns of them' : columns.join(', ');
  const message = `This D1 database lacks ${what}: run migrate(), or schema.sql with wrangler.`;
  return new Error(message, cause === undefined ? undefined : { cause });
}
