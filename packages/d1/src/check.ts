/** checkDatabase: whether the tables are there with their columns. D1 has no setting that could weaken a commit. */
import { onPrimary, rowsOf, type D1Database } from './binding.ts';
import { tablesMissing } from './missing-tables.ts';

/** The columns that the statements name. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  mfa_record: ['user_id', 'revision', 'record'],
  mfa_event: ['user_id', 'seq', 'at', 'event'],
};

/**
 * @throws {Error} that names the table or the column
 * @throws what the binding throws
 */
export async function checkDatabase(database: D1Database): Promise<void> {
  const tables = Object.keys(COLUMNS);
  const answers = await onPrimary(
    database,
    tables.map((table) => [`PRAGMA table_info(${table})`]),
  );
  const missing = tables.flatMap((table, index) => {
    const found = new Set((rowsOf(answers[index]) as readonly ColumnRow[]).map(({ name }) => name));
    return COLUMNS[table]?.filter((column) => !found.has(column)).map((column) => `${table}.${column}`) ?? [];
  });
  if (missing.length > 0) throw tablesMissing(missing);
}

interface ColumnRow {
  readonly name: string;
}
