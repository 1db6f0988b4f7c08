/** D1Database: what the store needs of a D1 binding, and how it sends statements to the primary. */
import { refuseForeignClient } from './foreign-clients.ts';
import { explained } from './missing-tables.ts';

/** A prepared statement. */
export interface D1Statement {
  /** Gives a statement with these values for its `?`. */
  bind(...values: (string | number | null)[]): D1Statement;
}

/** What one statement gave. */
export interface D1Result {
  /** The rows, each an object by column name. */
  readonly results: readonly unknown[];
  /** What the statement did; `changes` is how many rows it wrote. */
  readonly meta: {
    /** How many rows were inserted, changed or removed. */
    readonly changes?: number;
  };
}

/** What sends statements. */
export interface D1Session {
  /** Makes a statement of SQL with `?` for values. */
  prepare(sql: string): D1Statement;
  /** All statements in one transaction: if one fails, none is carried out. */
  batch(statements: D1Statement[]): Promise<readonly D1Result[]>;
}

/** The binding of a Worker to a D1 database: `env.DB`, as it is. */
export interface D1Database extends D1Session {
  /** Absent in older runtimes, which send everything to the primary. */
  withSession?(constraint: 'first-primary'): D1Session;
}

/** One statement with its values. */
export type Query = readonly [sql: string, ...values: (string | number | null)[]];

/** @throws {TypeError} if it is no binding */
export function checkBinding(database: D1Database): void {
  refuseForeignClient(database);
  const isBinding = typeof database?.prepare === 'function' && typeof database.batch === 'function';
  if (!isBinding) throw new TypeError('database must be a D1 binding: an object with prepare and batch');
}

/**
 * Carries out statements as one transaction, in one round trip.
 *
 * Each call is a session of its own, and the first request of this kind of session goes to the primary: a read replica may
 * not know yet that a user has enrolled.
 *
 * @param hasOutbox - whether the database should have the table of the outbox
 * @returns what each statement gave
 * @throws what the binding throws; missing tables explained
 */
export async function onPrimary(
  database: D1Database,
  queries: readonly Query[],
  hasOutbox = false,
): Promise<readonly D1Result[]> {
  const session = database.withSession?.('first-primary') ?? database;
  try {
    return await session.batch(queries.map(([sql, ...values]) => session.prepare(sql).bind(...values)));
  } catch (error) {
    throw explained(error, hasOutbox);
  }
}

/**
 * The rows of one statement.
 * @throws {Error} if there is no list of rows: none at all would be read as a user without a second factor
 */
export function rowsOf(result: D1Result | undefined): readonly unknown[] {
  if (!Array.isArray(result?.results)) throw new Error('D1 gave no list of rows.');
  return result.results;
}
