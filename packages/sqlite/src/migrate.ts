/** migrate: brings a database to the tables that this release needs. */
import { configure, DEFAULT_BUSY_TIMEOUT_MS } from './connection.ts';
import { inOwnTransaction, isBusy, type SqliteDatabase } from './driver.ts';
import { OUTBOX_TABLE } from './outbox.ts';
import { JOURNAL, TABLES } from './schema.ts';

const RETRY_MS = 20;

/** What to create. */
export interface MigrateOptions {
  /** Whether to create the table of the outbox too; default `false`. */
  readonly outbox?: boolean;
}

/**
 * Creates the tables where they are missing and switches the file to WAL. Idempotent, and safe from any number of
 * processes at once: call it at every start.
 *
 * It sets up the connection as `sqliteStore` does. A database that cannot have a WAL (`:memory:`) keeps its journal.
 *
 * @param database - an open connection, not inside a transaction
 */
export async function migrate(database: SqliteDatabase, { outbox = false }: MigrateOptions = {}): Promise<void> {
  // While one process switches a new file to WAL, SQLite fails others at once, whatever their busy timeout.
  const deadline = Date.now() + DEFAULT_BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      configure(database, DEFAULT_BUSY_TIMEOUT_MS);
      database.exec(JOURNAL);
      inOwnTransaction(database, 'BEGIN IMMEDIATE', () => database.exec(outbox ? TABLES + OUTBOX_TABLE : TABLES));
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() >= deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
