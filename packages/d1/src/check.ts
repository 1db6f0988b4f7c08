/** checkDatabase: whether the tables are there with their columns. D1 has no setting that could weaken a commit. */
import { onPrimary, rowsOf, type D1Database } from './binding.ts';
import { tablesMissing } from './missing-tables.ts';

/** The columns that the statements name. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  mfa_record: ['user_id', 'revision', 'record'],
  mfa_event: ['user_id', 'seq', 'at', 'event'],
};

const OUTBOX_COLUMNS = { mfa_outbox: ['id', 'user_id', 'event', 'due', 'tries', 'error'] };

/**
 * @throws {Error} that names the table or the column
 * @throws what the binding throws
 */
export async function checkDatabase(database: D1Database, hasOutbox: boolean): Promise<void> {
  const columns: typeof COLUMNS = { ...COLUMNS, ...(hasOutbox && OUTBOX_COLUMNS) };
  const tables = Object.keys(columns);
  const answers = await onPrimary(
    database,
    tables.map((table) => [`PRAGMA table_info(${table})`]),
    hasOutbox,
  );
  const missing = tables.flatMap((table, index) => {
    const found = new Set((rowsOf(answers[index]) as readonly ColumnRow[]).map(({ name }) => name));
    return columns[table]?.filter((column) => !found.has(column)).map((column) => `${table}.${column}`) ?? [];
  });
  if (missing.length > 0) throw tablesMissing({ columns: missing, hasOutbox });
}

interface ColumnRow {
  readonly name: string;
}
