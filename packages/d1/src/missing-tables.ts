/** Missing tables: recognizes what D1 says of them, and says what to do. */

/** D1 hands on SQLite's own text, with a prefix. */
const MISSING = /no such (?:table|column): |has no column named/;

/** An error of the binding; with what to do about it, if it says that tables or columns are missing. */
export function explained(error: unknown, hasOutbox: boolean): unknown {
  return error instanceof Error && MISSING.test(error.message) ? tablesMissing({ hasOutbox, cause: error }) : error;
}

/** What is known of what is missing. */
interface Missing {
  /** As `table.column`. */
  readonly columns?: readonly string[];
  readonly hasOutbox: boolean;
  readonly cause?: unknown;
}

/** The error that says what to do about it. */
export function tablesMissing({ columns = [], hasOutbox, cause }: Missing): Error {
  const tables = hasOutbox ? 'mfa_record, mfa_event and mfa_outbox' : 'mfa_record and mfa_event';
  const what = columns.length === 0 ? `${tables}, or columns of them` : columns.join(', ');
  const remedy = hasOutbox ? 'migrate() with outbox: true, or schema-outbox.sql' : 'migrate(), or schema.sql';
  const message = `This D1 database lacks ${what}: run ${remedy} with wrangler.`;
  return new Error(message, cause === undefined ? undefined : { cause });
}
