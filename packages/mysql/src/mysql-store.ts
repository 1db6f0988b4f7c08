/** mysqlStore: the store port over one table of MySQL or MariaDB, one statement a call; a lost swap takes a second one. */
import { Buffer } from 'node:buffer';
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
import { affectedBy, rowsOf, textOf, type Row } from './answer.ts';
import { checkDatabase } from './check.ts';
import { checkClient, type MysqlClient, type MysqlValue } from './client.ts';
import { mysqlOutbox, queuedRow } from './outbox.ts';
import { pruneEvents } from './prune-events.ts';
import { explained } from './missing-table.ts';
import { isDuplicate, retried } from './rolled-back.ts';
import { statements, whole } from './statements.ts';
import { tableIn } from './table.ts';

/** How a store is to work. */
export interface MysqlStoreOptions {
  /** Where `migrate` put the table; by default the database that the pool's connections use. */
  readonly database?: string;
  /** `false` stores no events, and `history` is empty; default `true`. */
  readonly events?: boolean;
  /**
   * Keeps events of these types until someone was told of them, in the same table; by default there is no outbox.
   * `events: false` changes nothing about it.
   */
  readonly outbox?: OutboxOptions;
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
  const { database, events: keepEvents = true, outbox } = options;
  if (typeof keepEvents !== 'boolean') throw new TypeError('events must be a boolean.');
  const sql = statements(tableIn(database));
  const toQueue = outboxFilter(outbox);

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
    { userId, expected, events }: Swap,
    next: StoredRecord,
    queue: readonly MfaEvent[],
  ): Promise<boolean> {
    const queued = queue.map(queuedRow).map((row) => ({ ...row, body: bytes(row.body) }));
    const [user, revision, record] = [bytes(userId), bytes(next.revision), bytes(JSON.stringify(next.record))];
    if (events === 'erase') {
      if (expected === null) {
        await change(sql.removeOrphans, [user]);
        const rows = queued.flatMap(({ seq, at, body }) => [user, seq, at, body]);
        return change(sql.insert(queued.length), [user, revision, record, ...rows]);
      }
      const changed = await erase([user, bytes(expected)], [revision, record], queued);
      if (changed) await change(sql.removeBlanks, [user]);
      return changed;
    }
    const kept = keepEvents ? events : [];
    const added = [...kept.map((e) => ({ seq: e.seq, at: e.at, body: bytes(JSON.stringify(e)) })), ...queued];
    const columns = [added.map(({ seq }) => seq), added.map(({ at }) => at), added.map(({ body }) => body)];
    if (expected === null) {
      const rows = added.flatMap((_, index) => [user, ...columns.map((column) => column[index] ?? null)]);
      return change(sql.insert(added.length), [user, revision, record, ...rows]);
    }
    return change(sql.update(added.length), [...columns.flat(), user, bytes(expected), revision, record]);
  }

  /** @param subject - user id and expected revision; `next`: revision and record */
  async function erase(
    subject: readonly [Buffer, Buffer],
    [revision, record]: readonly [Buffer, Buffer],
    queued: readonly { readonly seq: number; readonly at: number; readonly body: Buffer }[],
  ): Promise<boolean> {
    if (outbox === undefined) return change(sql.updateErasing, [revision, record, ...subject]);
    const seqs = queued.map(({ seq }) => seq);
    if (queued.length > 0)
      await change(
        sql.insertBlanks(queued.length),
        seqs.flatMap((seq) => [subject[0], seq]),
      );
    return change(sql.updateErasingQueueing(queued.length), [
      revision,
      ...queued.flatMap(({ seq, at }) => [seq, at]),
      record,
      ...queued.flatMap(({ seq, body }) => [seq, body]),
      ...seqs,
      ...subject,
    ]);
  }

  return {
    async read(userId: string): Promise<StoredRecord | null> {
      const row = await find(userId);
      return row && storedRecord(row);
    },

    async commit(commit: Swap): Promise<boolean> {
      const { userId, expected, next } = commit;
      const user = bytes(userId);
      const queue = toQueue(commit);
      if (next === null && expected === null) return (await find(userId)) === null;
      let taken: Error | undefined;
      for (let attempts = 1; attempts <= 2; attempts += 1) {
        taken = undefined;
        try {
          const swapped =
            next === null ? await change(sql.remove, [user, bytes(expected ?? '')]) : await swap(commit, next, queue);
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

    ...(outbox !== undefined && { outbox: mysqlOutbox({ table: tableIn(database), select, change }) }),
  };
}

function storedRecord(row: Row): StoredRecord {
  return { revision: textOf(row, 'revision'), record: JSON.parse(textOf(row, 'body')) };
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}
