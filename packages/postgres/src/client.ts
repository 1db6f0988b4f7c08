/** PostgresClient: the shape of a driver that the store needs, and what turns others into it. */

import { refuseForeignClient } from './foreign-clients.ts';

/** What a query gives. */
export interface PostgresResult {
  /** Each an object by column name. */
  readonly rows: readonly unknown[];
}

/**
 * Anything that runs one statement in a transaction of its own: pg's `Pool`, Neon's `Pool`, PGlite.
 *
 * Never a client that may be inside a transaction of the host. Its rollback would undo a counted failure and bring a
 * spent code back to life. A client checked out of a pool has `release`, and the transaction object of PGlite has
 * `rollback`: neither is accepted. A single `Client` cannot be told from one that is in a transaction; give the pool.
 */
export interface PostgresClient {
  /** Runs one statement, with `$1`, `$2` ... for the values. */
  query(text: string, values: unknown[]): Promise<PostgresResult>;
  readonly release?: never;
  readonly rollback?: never;
}

/** A statement that the server keeps prepared under its name, in the form that pg takes. */
export interface NamedStatement {
  /** At most 63 bytes; the same for the same text. */
  readonly name: string;
  /** With `$1`, `$2` ... for the values. */
  readonly text: string;
  /** In the order of their numbers. */
  readonly values: unknown[];
}

/** A client that can keep statements prepared: the `Pool` of pg or Neon. */
export interface PreparingClient {
  /** Runs one statement, and has the server keep it prepared. */
  query(statement: NamedStatement): Promise<PostgresResult>;
  readonly release?: never;
  readonly rollback?: never;
}

/** The part of postgres.js that is needed: `sql` itself, not the one inside `sql.begin` or from `sql.reserve`. */
export interface PostgresJs {
  /** Runs one statement, with `$1`, `$2` ... for the values. */
  unsafe(text: string, values: never[]): PromiseLike<readonly unknown[]>;
  readonly release?: never;
  readonly savepoint?: never;
}

/**
 * Makes a client of postgres.js.
 * @param sql - what `postgres(url)` gave
 * @throws {TypeError} for the `sql` of a transaction or of a reserved connection
 * @example
 * import postgres from 'postgres';
 * import { fromPostgresJs, postgresStore } from '@mfakit/postgres';
 *
 * const store = postgresStore(fromPostgresJs(postgres('postgres://localhost/app')));
 */
export function fromPostgresJs(sql: PostgresJs): PostgresClient {
  refuseTransaction(sql, ['unsafe', 'savepoint', 'release']);
  return { query: async (text, values) => ({ rows: await sql.unsafe(text, values as never[]) }) };
}

/**
 * @throws {TypeError} if the object is another library's, has no `query`, or belongs to a transaction
 */
export function checkClient(client: PostgresClient | PreparingClient): void {
  refuseForeignClient(client);
  refuseTransaction(client, ['query', 'release', 'rollback']);
}

/** The first of the names must be a method of the object; the others give away that a transaction may be open. */
function refuseTransaction(client: unknown, [method, ...signs]: readonly [string, ...string[]]): void {
  const found = (name: string): boolean =>
    client !== null &&
    ['object', 'function'].includes(typeof client) &&
    typeof Reflect.get(Object(client), name) === 'function';
  if (!found(method)) throw new TypeError(`The PostgreSQL client must have a method ${method}.`);
  for (const sign of signs) {
    if (found(sign)) {
      throw new TypeError(
        `The PostgreSQL client has a method ${sign}: it may be inside a transaction, whose rollback would undo ` +
          'counted failures and bring spent codes back to life. Give the pool itself.',
      );
    }
  }
}
