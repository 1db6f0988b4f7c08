/** The settings that SQLite keeps per connection and does not store in the file. */
import type { SqliteDatabase } from './driver.ts';
import { refuseForeignClient } from './foreign-clients.ts';

/** As in better-sqlite3. The other drivers have 0: a second writer would fail at once. */
export const DEFAULT_BUSY_TIMEOUT_MS = 5000;

/** A call that waits blocks the event loop; longer than a minute is a mistake. */
const MAX_BUSY_TIMEOUT_MS = 60_000;

/**
 * Makes a connection wait for other writers, and answer only what is on disk.
 * @param busyTimeoutMs - 0 to 60 000
 * @throws {TypeError | RangeError} where the driver is not a synchronous one, or the timeout is out of range
 */
export function configure(database: SqliteDatabase, busyTimeoutMs: number): void {
  if (!Number.isInteger(busyTimeoutMs) || busyTimeoutMs < 0 || busyTimeoutMs > MAX_BUSY_TIMEOUT_MS) {
    throw new RangeError(`busyTimeoutMs must be a whole number from 0 to ${MAX_BUSY_TIMEOUT_MS}`);
  }
  refuseForeignClient(database);
  // An asynchronous driver would answer with promises: caught here, not at the first login.
  if (!Array.isArray(database.prepare('SELECT 1').all())) {
    throw new TypeError('database must be a connection of a synchronous SQLite driver');
  }
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  database.exec('PRAGMA synchronous = FULL');
  // On macOS an ordinary fsync stops at the cache of the drive. Elsewhere this changes nothing.
  database.exec('PRAGMA fullfsync = ON');
}
