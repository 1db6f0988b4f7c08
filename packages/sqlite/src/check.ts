/** checkDatabase: whether the tables are there, and the settings on which the promises of the port rest. */
import type { SqliteDatabase } from './driver.ts';
import { tablesMissing } from './missing-tables.ts';

/** The columns that the statements name. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  mfa_record: ['user_id', 'revision', 'record'],
  mfa_event: ['user_id', 'seq', 'at', 'event'],
};

const OUTBOX_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  mfa_outbox: ['id', 'user_id', 'event', 'due', 'tries', 'error'],
};

/** FULL. NORMAL may lose the last commits in a power cut. */
const FULL = 2;

/** Journals that leave a broken file behind if the process dies in a commit. */
const UNSAFE_JOURNALS = ['off', 'memory'];

/** @throws {Error} that names the table, the column or the setting */
export function checkDatabase(database: SqliteDatabase, hasOutbox: boolean): void {
  const pragma = (text: string): readonly Readonly<Record<string, unknown>>[] =>
    database.prepare(`PRAGMA ${text}`).all() as Record<string, unknown>[];

  const missing = Object.entries({ ...COLUMNS, ...(hasOutbox && OUTBOX_COLUMNS) }).flatMap(([table, columns]) => {
    const found = new Set(pragma(`table_info(${table})`).map(({ name }) => name));
    return columns.filter((column) => !found.has(column)).map((column) => `${table}.${column}`);
  });
  if (missing.length > 0) throw tablesMissing({ columns: missing, hasOutbox });

  if (Number(pragma('synchronous')[0]?.['synchronous']) < FULL) {
    throw new Error(
      'synchronous is below FULL on this SQLite connection: after a power cut counted failures are forgotten and spent ' +
        'codes work again. The store had set it: give it a connection of its own.',
    );
  }
  const [journal] = pragma('journal_mode');
  const inMemory = pragma('database_list').every(({ file }) => (file ?? '') === '');
  if (!inMemory && UNSAFE_JOURNALS.includes(String(journal?.['journal_mode']))) {
    throw new Error(
      `journal_mode is ${String(journal?.['journal_mode'])} on this SQLite connection: a process that dies in a commit ` +
        'leaves a broken file. Run migrate(), which sets WAL.',
    );
  }
}
