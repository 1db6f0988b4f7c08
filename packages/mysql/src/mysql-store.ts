/** mysqlStore: the store port over one table of MySQL or MariaDB, one statement a call; a lost swap takes a second one. */
import { Buffer } from 'node:buffer';
import type { EventPage, MfaEvent, MfaStore, ScannedRecord, ScanPage, StoredRecord, Swap } from '@mfakit/core';
import { affectedBy, rowsOf, textOf, type Row } from './answer.ts';
import { checkDatabase } from './check.ts';
import { checkClient, type MysqlClient, type MysqlValue } from './client.ts';
import { pruneEvents } from './prune-events.ts';
import { explained } from './missing-table.ts';
import { isDuplicate, retried } from './rolled-back.ts';
import { statements } from './statements.ts';
import { tableIn } from './table.ts';

/** How a store is to work. */
export interface MysqlStoreOptions {
  /** Where `migrate` put the table; by default the database that the pool's connections use. */
  readonly database?: string;
  /** `false` stores no events, and `history` is empty; default `true`. */
  readonly events?: boolean;
}

/** Before every id: none is empty or holds NUL. */
const BEFORE_ALL = '\0';

/**
 * A store over MySQL 8 or MariaDB 10.6 and newer. Create the table with `migrate` or `schema.sql` first.
 *
 * It never takes part in a transaction of the host, and must not: give it a pool, never a connection. Point it at the
 * primary: a replica gives stale answers. It never closes the client.
 *
 * @param client - the pool of `mysql2/promise` or `mariadb`, or anything with `execute({ sql, timeout }, values)`
 * @throws {TypeError} if the client is another library's, has no `execute` or may be inside a transaction, or an option has the wrong type
 * @throws {RangeError} if `database` is no name
 * @example
 * import { migrate, mysqlStore } from '@mfakit/mysql';
 * import { createPool } from 'mysql2/promise';
 *
 * const pool = createPool('mysql://localhost/app');
 * await migrate(pool);
 * const store = mysqlStore(pool);
 */
export function mysqlStore(client: MysqlClient, options: MysqlStoreOptions = {}): MfaStore {
  checkClient(client);
  const { database, events: keepEvents = true } = options;
  if (typeof keepEvents !== 'boolean') throw new TypeError('events must be a boolean.');
  const sql = statements(tableIn(database));

  const explain = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw explained(error, database);
    });
  const select = (text: string, values: MysqlValue[]): Promise<readonly Row[]> => explain(rowsOf(client, text, values));
  /** Whether the statement changed anything; not, if the server keeps rolling it back. */
  const change = async (text: string, values: MysqlValue[]): Promise<boolean> =>
    (await explain(retried(() => affectedBy(client, text, values)))) > 0;

  async function find(userId: string): Promise<Row | null> {
    return (await select(sql.read, [bytes(userId)]))[0] ?? null;
  }

  /** @throws what the server says of an event whose `seq` is taken, or of a record that is there */
  async function swap(
    userId: string,
    expected: string | null,
    next: StoredRecord,
    events: Swap['events'],
  ): Promise<boolean> {
    const [user, revision, record] = [bytes(userId), bytes(next.revision), bytes(JSON.stringify(next.record))];
    if (events === 'erase') {
      if (expected === null) {
        await change(sql.removeOrphans, [user]);
        return change(sql.insert(0), [user, revision, record]);
      }
      const changed = await change(sql.updateErasing, [revision, record, user, bytes(expected)]);
      if (changed) await change(sql.removeBlanks, [user]);
      return changed;
    }
    const added = keepEvents ? events : [];
    const columns = [
      added.map(({ seq }) => seq),
      added.map(({ at }) => at),
      added.map((e) => bytes(JSON.stringify(e))),
    ];
    if (expected === null) {
      const rows = added.flatMap((_, index) => [user, ...columns.map((column) => column[index] ?? null)]);
      return change(sql.insert(added.length), [user, revision, record, ...rows]);
    }
    return change(sql.update(added.length), [...columns.flat(), user, bytes(expected), revision, record]);
  }

  return {
    async read(userId: string): Promise<StoredRecord | null> {
      const row = await find(userId);
      return row && storedRecord(row);
    },

    async commit({ userId, expected, next, events }: Swap): Promise<boolean> {
      const user = bytes(userId);
      if (next === null && expected === null) return (await find(userId)) === null;
      let taken: Error | undefined;
      for (let attempts = 1; attempts <= 2; attempts += 1) {
        taken = undefined;
        try {
          const swapped =
            next === null
              ? await change(sql.remove, [user, bytes(expected ?? '')])
              : await swap(userId, expected, next, events);
          if (swapped) return true;
        } catch (error) {
          if (!isDuplicate(error)) throw error;
          taken = error;
        }
        // A driver may have sent this twice.
        const row = await find(userId);
        const revision = row && textOf(row, 'revision');
        if (next !== null && revision === next.revision) return true;
        if (revision !== expected) return false;
        // Now it looks as expected. On a node of a cluster that lagged, this read has waited and the swap had not; or the
        // number of an event is taken, if only by what an erase was cut off from removing. Both end with another attempt.
        if (taken !== undefined) await change(sql.removeBlanks, [user]);
      }
      if (taken !== undefined) throw taken;
      return false;
    },

    async events(userId: string, { before, limit }: EventPage): Promise<readonly MfaEvent[]> {
      if (!keepEvents) return [];
      const rows = await select(sql.events(whole(limit)), [bytes(userId), before ?? Number.MAX_SAFE_INTEGER]);
      return rows.map((row): MfaEvent => JSON.parse(textOf(row, 'body')));
    },

    async scan({ after = BEFORE_ALL, limit }: ScanPage): Promise<readonly ScannedRecord[]> {
      const rows = await select(sql.scan(whole(limit)), [bytes(after)]);
      return rows.map((row) => ({ userId: textOf(row, 'user_id'), ...storedRecord(row) }));
    },

    pruneEvents: ({ before }) => pruneEvents(client, { before, ...(database !== undefined && { database }) }),

    check: () => checkDatabase(client, database),
  };
}

function storedRecord(row: Row): StoredRecord {
  return { revision: textOf(row, 'revision'), record: JSON.parse(textOf(row, 'body')) };
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

/** A limit stands in the text of its statement. */
function whole(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError('limit must be a whole number from 1.');
  return limit;
}
