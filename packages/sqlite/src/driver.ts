/** SqliteDatabase: what the store needs of a driver, and how it makes a transaction of it. */

/** A prepared statement. */
export interface SqliteStatement {
  /** For statements that give no rows: how many they inserted, changed or removed. */
  run(...parameters: (string | number)[]): { readonly changes: number | bigint };
  /** For statements that give rows, each an object by column name. */
  all(...parameters: (string | number)[]): unknown[];
}

/**
 * An open connection of a synchronous driver: `better-sqlite3`, `node:sqlite`, `libsql`, `bun:sqlite`, or any other of
 * this shape. It stays the caller's: nothing here ever closes it.
 */
export interface SqliteDatabase {
  /** Runs statements that take no values and give no rows. */
  exec(sql: string): unknown;
  /** Makes a statement of SQL with `?` for values. */
  prepare(sql: string): SqliteStatement;
}

/**
 * Runs a statement and tells how many rows it inserted, changed or removed.
 * @throws {TypeError} if the driver does not say: nothing may pass for a lost race
 */
export function changedRows(statement: SqliteStatement, ...parameters: readonly (string | number)[]): number {
  // Asking with RETURNING would make a third of the work of a commit.
  const changes = Number(statement.run(...parameters).changes);
  if (!(changes >= 0)) throw new TypeError('run() of this SQLite driver does not tell how many rows it changed');
  return changes;
}

/** By SQLite's own text for SQLITE_BUSY: each driver puts the number of the error elsewhere. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && error.message.includes('database is locked');
}

/** Whether a transaction is going to write. Taking the lock at once is what keeps two writers from deadlock. */
export type Begin = 'BEGIN' | 'BEGIN IMMEDIATE';

/**
 * Runs `work` in a transaction of its own and commits it; rolls back where anything throws.
 *
 * Inside a transaction that the host has open on this connection `BEGIN` fails, so this throws before any work is done
 * and leaves the host's transaction as it was. That is meant: the host's rollback would undo a counted failure, and its
 * snapshot would hide what another process has just committed. It is why reads come through here too.
 */
export function inOwnTransaction<T>(database: SqliteDatabase, begin: Begin, work: () => T): T {
  database.exec(begin);
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function rollBack(database: SqliteDatabase): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // After an I/O error or a full disk SQLite has rolled back by itself and says so here. Were the transaction still
    // open, the next BEGIN would fail. What the caller must hear of is the error that led here.
  }
}
