/** checkDatabase: whether the tables are there, and the settings on which the promises of the port rest. */
import type { PostgresClient } from './client.ts';
import { tablesMissing } from './missing-tables.ts';

/** The columns that the statements name. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  mfa_record: ['user_id', 'enabled', 'locked_until', 'record', 'revision', 'marks', 'overdue_from'],
  mfa_event: ['user_id', 'seq', 'at', 'event'],
};

const OUTBOX_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  mfa_outbox: ['id', 'user_id', 'event', 'due', 'tries', 'error'],
};

/** What makes `true` mean durable, if it is not off. Another database may know neither: then it answers with NULL. */
const DURABILITY: Readonly<Record<string, string>> = {
  fsync: 'turn it on in postgresql.conf',
  synchronous_commit: "turn it on, or give the pool the option '-c synchronous_commit=on'",
};

/**
 * @throws {Error} that names the table, the column or the setting
 * @throws what the client throws
 */
export async function checkDatabase(client: PostgresClient, schema: string, hasOutbox: boolean): Promise<void> {
  const { rows } = await client.query(
    `SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = $1 AND table_name IN ('mfa_record', 'mfa_event', 'mfa_outbox')`,
    [schema],
  );
  const found = new Set(
    (rows as readonly ColumnRow[]).map(({ table_name: table, column_name: column }) => `${table}.${column}`),
  );
  const missing = Object.entries({ ...COLUMNS, ...(hasOutbox && OUTBOX_COLUMNS) }).flatMap(([table, columns]) =>
    columns.map((column) => `${table}.${column}`).filter((column) => !found.has(column)),
  );
  if (missing.length > 0) throw tablesMissing(schema, { columns: missing, hasOutbox });

  for (const [setting, remedy] of Object.entries(DURABILITY)) {
    const { rows: answers } = await client.query('SELECT current_setting($1, true) AS value', [setting]);
    const [answer] = answers as readonly { readonly value: string | null }[];
    if (answer?.value === 'off') {
      throw new Error(
        `${setting} is off in PostgreSQL: after a crash of the server counted failures are forgotten and spent codes ` +
          `work again. To mend it, ${remedy}.`,
      );
    }
  }
}

interface ColumnRow {
  readonly table_name: string;
  readonly column_name: string;
}
