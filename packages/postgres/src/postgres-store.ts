/** postgresStore: the store port over two tables of PostgreSQL, one statement a call; a lost swap takes a second one. */
import {
  outboxFilter,
  type EventPage,
  type MarkCount,
  type MfaEvent,
  type MfaStore,
  type OutboxOptions,
  type ScannedRecord,
  type ScanPage,
  type StoredRecord,
  type Swap,
} from '@mfakit/core';
import { checkDatabase } from './check.ts';
import { checkClient, type PostgresClient, type PostgresResult, type PreparingClient } from './client.ts';
import { toCount, type CountRow } from './marks.ts';
import { explained } from './missing-tables.ts';
import { outboxIn, outboxStatements, postgresOutbox, type OutboxStatements } from './outbox.ts';
import { pruneEvents } from './prune-events.ts';
import { rowValues } from './row.ts';
import { statementNames } from './statement-names.ts';
import { statements, type Statements } from './statements.ts';
import { tablesIn } from './tables.ts';

/** How a store is to work. */
export interface PostgresStoreOptions {
  /** Where `migrate` put the tables; default `public`. */
  readonly schema?: string;
  /** `false` stores no events, and `history` is empty; default `true`. */
  readonly events?: boolean;
  /**
   * `true` names the statements, so that the server keeps them prepared on each connection; default `false`, which
   * works through PgBouncer in transaction mode. Needs a client that takes `{name, text, values}`, such as pg's `Pool`.
   */
  readonly namedStatements?: boolean;
  /**
   * Keeps events of these types until someone was told of them, in a table that `migrate` creates with its option `outbox`;
   * by default there is no outbox. `events: false` changes nothing about it.
   */
  readonly outbox?: OutboxOptions;
}

type Sql = Statements & OutboxStatements;

/** Transactions that the server rolled back because of others: nothing is stored, for certain. */
const ROLLED_BACK = ['40001', '40P01'];

/**
 * A store over PostgreSQL, and over what speaks its language. Create the tables with `migrate` or `schema.sql` first.
 *
 * It never takes part in a transaction of the host, and must not: give it a pool, never a client that is inside one.
 * Point it at the primary: an asynchronous replica gives stale answers. It never closes the client.
 *
 * @param client - pg's or Neon's `Pool`, PGlite, `fromPostgresJs(sql)`, or anything with `query(text, values)`
 * @throws {TypeError} if the client is another library's, has no `query` or belongs to a transaction, or an option has the wrong type
 * @throws {RangeError} where an option is out of bounds
 * @example
 * import { migrate, postgresStore } from '@mfakit/postgres';
 * import { Pool } from 'pg';
 *
 * const pool = new Pool({ connectionString: 'postgres://localhost/app' });
 * pool.on('error', console.error); // Without a listener, an idle connection that breaks would end the process.
 * await migrate(pool);
 * const store = postgresStore(pool);
 */
export function postgresStore(
  client: PreparingClient,
  options: PostgresStoreOptions & { readonly namedStatements: true },
): MfaStore;
export function postgresStore(
  client: PostgresClient,
  options?: PostgresStoreOptions & { readonly namedStatements?: false },
): MfaStore;
export function postgresStore(client: PostgresClient | PreparingClient, options: PostgresStoreOptions = {}): MfaStore {
  const { schema = 'public', events: keepEvents = true, namedStatements = false, outbox } = options;
  checkClient(client);
  const toQueue = outboxFilter(outbox);
  const hasOutbox = outbox !== undefined;
  const sql = { ...statements(tablesIn(schema), outboxIn(schema)), ...outboxStatements(outboxIn(schema)) };
  // What takes named statements takes plain ones too.
  const plain = client as PostgresClient;
  const send = namedStatements ? sendNamed(client as PreparingClient, sql) : sendPlain(plain, sql);

  async function run<Row>(operation: keyof Sql, values: unknown[]): Promise<readonly Row[]> {
    try {
      const { rows } = await send(operation, values);
      return rows as readonly Row[];
    } catch (error) {
      throw explained(error, schema, hasOutbox);
    }
  }

  async function find(userId: string): Promise<RecordRow | null> {
    return (await run<RecordRow>('read', [userId]))[0] ?? null;
  }

  async function swap(operation: keyof Sql, values: unknown[]): Promise<boolean> {
    try {
      return (await run(operation, values)).length > 0;
    } catch (error) {
      if (isRolledBack(error)) return false;
      throw error;
    }
  }

  return {
    async read(userId: string): Promise<StoredRecord | null> {
      const row = await find(userId);
      return row && { revision: row.revision, record: JSON.parse(row.record) };
    },

    async commit(change: Swap): Promise<boolean> {
      const { userId, expected, next, events, marks } = change;
      if (next === null) {
        return expected === null ? (await find(userId)) === null : swap('remove', [userId, expected]);
      }
      const erases = events === 'erase';
      const queued = toQueue(change);
      // Another statement than that of a commit which tells nobody: that one knows of no outbox, and pays nothing for it.
      const queueing = queued.length > 0 || (erases && hasOutbox) ? 'Queueing' : '';
      const kept = erases || !keepEvents ? [] : events;
      const one = kept.length === 1 && queueing === '' ? kept[0] : undefined;
      const what = one !== undefined ? 'One' : (`${erases ? 'Erasing' : ''}${queueing}` as const);
      const values: unknown[] = rowValues(userId, next, marks);
      if (expected !== null) values.push(expected);
      if (one !== undefined) values.push(one.seq, one.at, JSON.stringify(one));
      else if (!erases) values.push(JSON.stringify(kept));
      if (queueing) values.push(JSON.stringify(queued));
      if (await swap(`${expected === null ? 'insert' : 'update'}${what}`, values)) return true;
      // A driver may have sent this twice. Only a statement of its own is sure to see what the one before was waiting for.
      return (await find(userId))?.revision === next.revision;
    },

    async events(userId: string, { before, limit: count }: EventPage): Promise<readonly MfaEvent[]> {
      if (!keepEvents) return [];
      const rows = await run<EventRow>('events', [userId, before ?? Number.MAX_SAFE_INTEGER, count]);
      return rows.map(({ event }): MfaEvent => JSON.parse(event));
    },

    async scan({ after = '', limit: count, marked }: ScanPage): Promise<readonly ScannedRecord[]> {
      const rows = await (marked === undefined
        ? run<ScanRow>('scan', [after, count])
        : marked.tag === null
          ? run<ScanRow>('scanUnmarked', [after, count])
          : run<ScanRow>('scanMarked', [
              after,
              count,
              ` ${marked.tag} `,
              marked.lockedAt ?? null,
              marked.overdueAt ?? null,
            ]));
      return rows.map((row) => ({
        userId: JSON.parse(row.id),
        revision: row.revision,
        record: JSON.parse(row.record),
      }));
    },

    async countMarks(now: number): Promise<readonly MarkCount[]> {
      return (await run<CountRow>('countMarks', [now])).map(toCount);
    },

    check: () => checkDatabase(plain, schema, hasOutbox),

    pruneEvents: ({ before }) => pruneEvents(plain, { before, schema }),

    ...(hasOutbox && { outbox: postgresOutbox(run, isRolledBack) }),
  };
}

interface RecordRow {
  readonly revision: string;
  readonly record: string;
}

interface ScanRow extends RecordRow {
  readonly id: string;
}

interface EventRow {
  readonly event: string;
}

type Send = (operation: keyof Sql, values: unknown[]) => Promise<PostgresResult>;

function sendPlain(client: PostgresClient, sql: Sql): Send {
  return (operation, values) => client.query(sql[operation], values);
}

function sendNamed(client: PreparingClient, sql: Sql): Send {
  const nameOf = statementNames(sql);
  return async (operation, values) => client.query({ name: await nameOf(operation), text: sql[operation], values });
}

function isRolledBack(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ROLLED_BACK.includes(String(error.code));
}
