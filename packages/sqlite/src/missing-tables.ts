/** Missing tables: recognizes what SQLite says of them, and says what to do. */

/** SQLite's own text: each driver puts the number of the error elsewhere. */
const MISSING = /no such (?:table|column): |has no column named/;

/** An error of the driver; with what to do about it, if it says that tables or columns are missing. */
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
  const remedy = hasOutbox ? 'run migrate() with outbox: true, or schema-outbox.sql' : 'run migrate(), or schema.sql';
  const message = `This SQLite database lacks ${what}: ${remedy}.`;
  return new Error(message, cause === undefined ? undefined : { cause });
}
