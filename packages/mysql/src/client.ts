/** MysqlClient: the shape of a driver that the store needs. */
import type { Buffer } from 'node:buffer';
import { refuseForeignClient } from './foreign-clients.ts';

/** One statement. */
export interface MysqlStatement {
  /** With a `?` for each value. */
  readonly sql: string;
  /** Milliseconds after which the driver gives up; longer than any wait for a lock that `check` accepts. */
  readonly timeout: number;
}

/** What is bound to a `?`. Text is bound as bytes: no character set of a connection or a table can change it. */
export type MysqlValue = Buffer | string | number | null;

/**
 * A pool whose every statement is a transaction of its own: that of `mysql2/promise`, or of the `mariadb` connector.
 *
 * Never a connection, which may be inside a transaction of the host: its rollback would undo a counted failure and bring
 * a spent code back to life. Connections of both drivers have `beginTransaction`, those from a pool have `release`.
 */
export interface MysqlClient {
  /** Prepares and runs one statement. Resolves to `[rows or header, …]` as in mysql2, or to rows or header as in mariadb. */
  execute(statement: MysqlStatement, values: MysqlValue[]): Promise<unknown>;
  readonly release?: never;
}

/**
 * So long a driver waits for one answer. A server ends a wait for a lock earlier, which `check` makes sure of, so what
 * runs into this is a connection whose other end is gone. The core has stopped waiting long before.
 */
export const ANSWER_LIMIT_MS = 60_000;

/**
 * @throws {TypeError} if the object is another library's, has no `execute`, or may be inside a transaction
 */
export function checkClient(client: MysqlClient): void {
  refuseForeignClient(client);
  const has = (name: string): boolean =>
    typeof client === 'object' && client !== null && typeof Reflect.get(client, name) === 'function';
  if (!has('execute')) throw new TypeError('The MySQL client must have a method execute.');
  for (const sign of ['beginTransaction', 'release']) {
    if (has(sign)) {
      throw new TypeError(
        `The MySQL client has a method ${sign}: it may be inside a transaction, whose rollback would undo ` +
          'counted failures and bring spent codes back to life. Give the pool itself.',
      );
    }
  }
}
