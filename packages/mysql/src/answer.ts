/** Answers: what a driver resolves to, in the shape of mysql2 or of the mariadb connector. */
import { ANSWER_LIMIT_MS, type MysqlClient, type MysqlValue } from './client.ts';

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** @returns the rows of a SELECT */
export async function rowsOf(client: MysqlClient, sql: string, values: MysqlValue[]): Promise<readonly Row[]> {
  const answer = await send(client, sql, values);
  if (!Array.isArray(answer) || answer.some((row) => typeof row !== 'object' || Array.isArray(row))) {
    throw new TypeError('The MySQL client must answer a SELECT with an array of objects.');
  }
  return answer;
}

/**
 * How many rows a change touched. Drivers count a row that an update leaves as it was, or do not (`CLIENT_FOUND_ROWS`);
 * the store only asks whether it is 0 for statements that change every row they find.
 */
export async function affectedBy(client: MysqlClient, sql: string, values: MysqlValue[]): Promise<number> {
  const answer = await send(client, sql, values);
  const affected: unknown = typeof answer === 'object' && answer !== null && Reflect.get(answer, 'affectedRows');
  if (typeof affected !== 'number' && typeof affected !== 'bigint') {
    throw new TypeError('The MySQL client must answer a change with its affectedRows.');
  }
  return Number(affected);
}

/** Text of a BLOB or VARBINARY column. */
export function textOf(row: Row, column: string): string {
  const bytes = row[column];
  if (!(bytes instanceof Uint8Array)) throw new TypeError('The MySQL client must give binary columns as bytes.');
  // `ignoreBOM`: a byte order mark at the head of an id belongs to the id.
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

async function send(client: MysqlClient, sql: string, values: MysqlValue[]): Promise<unknown> {
  const answer = await client.execute({ sql, timeout: ANSWER_LIMIT_MS }, values);
  // mysql2 puts what it read of the columns behind the answer. Rows themselves are no arrays.
  const pair = Array.isArray(answer) && answer.length === 2 && (Array.isArray(answer[0]) || !isRow(answer[1]));
  return pair ? answer[0] : answer;
}

/** Behind rows mysql2 gives an array, behind a header nothing. */
function isRow(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
