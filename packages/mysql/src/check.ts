/** checkDatabase: whether the table is there, and the settings on which the promises of the port rest. */
import { rowsOf } from './answer.ts';
import { ANSWER_LIMIT_MS, type MysqlClient } from './client.ts';
import { explained, tableMissing } from './missing-table.ts';
import { SETTINGS } from './settings.ts';

/** The columns that the statements name, by their types. Text in another type would be padded, folded or cut. */
const COLUMNS: Readonly<Record<string, string>> = {
  user_id: 'varbinary',
  seq: 'bigint',
  revision: 'varbinary',
  at: 'bigint',
  body: 'longblob',
};

/**
 * @throws {Error} that names the table, the column or the setting
 * @throws what the client throws
 */
export async function checkDatabase(client: MysqlClient, database: string | undefined): Promise<void> {
  const found = await rowsOf(
    client,
    `SELECT c.column_name AS name, c.data_type AS type, t.engine AS engine
     FROM information_schema.columns AS c JOIN information_schema.tables AS t
       ON t.table_schema = c.table_schema AND t.table_name = c.table_name
     WHERE c.table_schema = COALESCE(?, DATABASE()) AND c.table_name = 'mfa_entry'`,
    [database ?? null],
  ).catch((error: unknown) => {
    throw explained(error, database);
  });
  const types = new Map(found.map(({ name, type }) => [String(name).toLowerCase(), String(type).toLowerCase()]));
  const missing = Object.keys(COLUMNS).filter((column) => !types.has(column));
  if (missing.length > 0)
    throw tableMissing(
      database,
      missing.map((column) => `mfa_entry.${column}`),
    );
  for (const [column, type] of Object.entries(COLUMNS)) {
    if (types.get(column) !== type) throw new Error(`mfa_entry.${column} must be ${type}, as schema.sql has it.`);
  }
  const engine = String(found[0]?.['engine']);
  if (engine.toLowerCase() !== 'innodb') {
    throw new Error(`mfa_entry must be a table of InnoDB: another engine stores half of a statement that fails.`);
  }
  await checkSettings(client);
}

async function checkSettings(client: MysqlClient): Promise<void> {
  const rows = await rowsOf(client, 'SHOW VARIABLES', []);
  const values = new Map(
    rows.map((row) => [String(row['Variable_name']).toLowerCase(), String(row['Value']).toUpperCase()]),
  );
  for (const { name, holds, otherwise } of SETTINGS) {
    const value = values.get(name);
    if (value !== undefined && !holds(value, values))
      throw new Error(`${name} is ${value === '' ? 'empty' : value}: ${otherwise}`);
  }
  // Not known to every server that speaks its language; where it is, the driver's limit must be the longer one.
  const wait = Number(values.get('innodb_lock_wait_timeout') ?? 0);
  if (wait * 1000 >= ANSWER_LIMIT_MS) {
    throw new Error(
      `innodb_lock_wait_timeout is ${wait} s: the store waits ${ANSWER_LIMIT_MS / 1000} s for an answer, and must not ` +
        'give up on a statement that may still be carried out. Set it to less, such as 5.',
    );
  }
}
