/** sqliteStore: the store port over one SQLite file. */
import {
  outboxFilter,
  type EventPage,
  type MfaEvent,
  type MfaStore,
  type OutboxOptions,
  type ScannedRecord,
  type ScanPage,
  type StoredRecord,
  type Swap,
} from '@mfakit/core';
import { checkDatabase } from './check.ts';
import { configure, DEFAULT_BUSY_TIMEOUT_MS } from './connection.ts';
import { changedRows, inOwnTransaction, type SqliteDatabase, type SqliteStatement } from './driver.ts';
import { groupCommit, type Write } from './group-commit.ts';
import { explained } from './missing-tables.ts';
import { QUEUE, sqliteOutbox, UNPARK } from './outbox.ts';
import { pruneEvents } from './prune-events.ts';

const READ = 'SELECT revision, record FROM mfa_record WHERE user_id = ?';
const INSERT = `INSERT INTO mfa_record (user_id, revision, record) VALUES (?, ?, ?)
  ON CONFLICT (user_id) DO NOTHING`;
const UPDATE = 'UPDATE mfa_record SET revision = ?, record = ? WHERE user_id = ? AND revision = ?';
const DELETE = 'DELETE FROM mfa_record WHERE user_id = ? AND revision = ?';
const INSERT_EVENT = 'INSERT INTO mfa_event (user_id, seq, at, event) VALUES (?, ?, ?, ?)';
const DELETE_EVENTS = 'DELETE FROM mfa_event WHERE user_id = ?';
const EVENTS = 'SELECT event FROM mfa_event WHERE user_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?';
const SCAN = 'SELECT user_id, revision, record FROM mfa_record WHERE user_id > ? ORDER BY user_id LIMIT ?';

/** What {@link sqliteStore} can be told. */
export interface SqliteStoreOptions {
  /** Whether events are stored; default true. Where false, `history` gives what was stored before. */
  readonly events?: boolean;
  /**
   * How long a call waits for another writer before it gives up, in milliseconds; 0 to 60 000, default 5000. The wait
   * blocks the event loop.
   */
  readonly busyTimeoutMs?: number;
  /**
   * Keeps events of these types until someone was told of them, in a table that `migrate` creates with its option `outbox`;
   * by default there is no outbox. `events: false` changes nothing about it.
   */
  readonly outbox?: OutboxOptions;
}

interface RecordRow {
  readonly user_id: string;
  readonly revision: string;
  readonly record: string;
}

interface EventRow {
  readonly event: string;
}

/**
 * A store over an open SQLite database, whose tables {@link migrate} has made. Any number of processes on one machine
 * may share the file.
 *
 * Drivers of SQLite are synchronous: each call blocks the event loop for as long as it takes. Commits that arrive within one
 * turn of it share one transaction, and block it for one fsync together.
 *
 * Give it a connection of its own. It sets `busy_timeout`, `synchronous = FULL` and `fullfsync` on the connection, and
 * while a transaction of the host is open there, every call throws (`store_unavailable`): it never takes part in one,
 * because a rollback would undo a counted failure.
 *
 * @param database - an open connection of better-sqlite3, node:sqlite, libsql (local files) or bun:sqlite
 * @throws {TypeError | RangeError} where the driver is not a synchronous one, or an option is out of range
 * @example
 * import Database from 'better-sqlite3';
 * import { migrate, sqliteStore } from '@mfakit/sqlite';
 *
 * const database = new Database('mfa.db');
 * await migrate(database);
 * const store = sqliteStore(database);
 */
export function sqliteStore(database: SqliteDatabase, options: SqliteStoreOptions = {}): MfaStore {
  const { events: storesEvents = true, busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS, outbox } = options;
  if (typeof storesEvents !== 'boolean') throw new TypeError('events must be true or false');
  const toQueue = outboxFilter(outbox);
  const hasOutbox = outbox !== undefined;
  configure(database, busyTimeoutMs);

  // Prepared at first use: the tables may not be there yet.
  const statements = new Map<string, SqliteStatement>();
  const statement = (sql: string): SqliteStatement => {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  };

  const read = <T>(work: () => T): T => {
    try {
      return inOwnTransaction(database, 'BEGIN', work);
    } catch (error) {
      throw explained(error, hasOutbox);
    }
  };

  const inGroup = groupCommit(database);
  const write: Write = async (work) => {
    try {
      return await inGroup(work);
    } catch (error) {
      throw explained(error, hasOutbox);
    }
  };

  const storedRevision = (userId: string): string | undefined =>
    (statement(READ).all(userId) as RecordRow[])[0]?.revision;

  /** Whether exactly the expected revision was there and was replaced. */
  const swap = ({ userId, expected, next }: Swap, record: string): boolean => {
    if (next === null && expected === null) return storedRevision(userId) === undefined;
    if (next === null) return changedRows(statement(DELETE), userId, expected ?? '') > 0;
    if (expected === null) return changedRows(statement(INSERT), userId, next.revision, record) > 0;
    return changedRows(statement(UPDATE), next.revision, record, userId, expected) > 0;
  };

  return {
    async read(userId: string): Promise<StoredRecord | null> {
      const [row] = read(() => statement(READ).all(userId)) as RecordRow[];
      return row === undefined ? null : storedRecord(row);
    },

    async commit(commit: Swap): Promise<boolean> {
      const { userId, next } = commit;
      // All text is made before the lock is taken.
      const record = next === null ? '' : JSON.stringify(next.record);
      const added = (storesEvents && commit.events !== 'erase' ? commit.events : []).map((event) => ({
        ...event,
        json: JSON.stringify(event),
      }));
      const queued = toQueue(commit).map((event) => JSON.stringify(event));
      return write(() => {
        // A driver sent this commit twice: all of it is stored already.
        if (!swap(commit, record)) return next !== null && storedRevision(userId) === next.revision;
        if (next === null || commit.events === 'erase') statement(DELETE_EVENTS).run(userId);
        if (hasOutbox && commit.events === 'erase') statement(UNPARK).run(userId);
        for (const { seq, at, json } of added) statement(INSERT_EVENT).run(userId, seq, at, json);
        for (const json of queued) statement(QUEUE).run(userId, json, Date.now());
        return true;
      });
    },

    async events(userId: string, { before = Infinity, limit }: EventPage): Promise<readonly MfaEvent[]> {
      const rows = read(() => statement(EVENTS).all(userId, before, limit));
      return (rows as EventRow[]).map((row): MfaEvent => JSON.parse(row.event));
    },

    async scan({ after = '', limit }: ScanPage): Promise<readonly ScannedRecord[]> {
      const rows = read(() => statement(SCAN).all(after, limit)) as RecordRow[];
      return rows.map((row) => ({ userId: row.user_id, ...storedRecord(row) }));
    },

    check: async () => checkDatabase(database, hasOutbox),

    pruneEvents: ({ before }) => pruneEvents(database, { before }),

    ...(hasOutbox && { outbox: sqliteOutbox({ statement, read, write }) }),
  };
}

function storedRecord({ revision, record }: RecordRow): StoredRecord {
  return { revision, record: JSON.parse(record) };
}
