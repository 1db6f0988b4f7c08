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
} from '@mfakit/core';
import { batchStatements, type BatchStatements } from './batch-statements.ts';
import { checkDatabase } from './check.ts';
import { checkClient, type PostgresClient, type PostgresResult, type PreparingClient } from './client.ts';
import { createCommit } from './commits.ts';
import { toCount, type CountRow } from './marks.ts';
import { explained } from './missing-tables.ts';
import { outboxIn, outboxStatements, postgresOutbox, type OutboxStatements } from './outbox.ts';
import { pruneEvents } from './prune-events.ts';
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
  /**
   * Carries the commits of several users out in one statement: what comes while `lanes` of them are under way, 1 to 32, waits
   * and goes together in the next one. By default each commit is a statement of its own, which concerns one user.
   */
  readonly batch?: BatchOptions;
}

/** How commits go together. */
export interface BatchOptions {
  /** Statements under way at once; fewer than the pool has connections. */
  readonly lanes: number;
}

type Sql = Statements & BatchStatements & OutboxStatements;

/** With more, hardly two commits would go together. */
const MAX_LANES = 32;

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
  const { schema = 'public', events: keepEvents = true, namedStatements = false, outbox, batch } = options;
  checkClient(client);
  const toQueue = outboxFilter(outbox);
  const hasOutbox = outbox !== undefined;
  const tables = tablesIn(schema);
  const sql = {
    ...statements(tables, outboxIn(schema)),
    ...batchStatements(tables),
    ...outboxStatements(outboxIn(schema)),
  };
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

  return {
    async read(userId: string): Promise<StoredRecord | null> {
      const row = await find(userId);
      return row && { revision: row.revision, record: JSON.parse(row.record) };
    },

    commit: createCommit({
      run,
      find: async (userId) => (await find(userId))?.revision ?? null,
      isRolledBack,
      keepEvents,
      hasOutbox,
      toQueue,
      lanes: lanesOf(batch),
    }),

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

function lanesOf(batch: BatchOptions | undefined): number | undefined {
  if (batch === undefined) return undefined;
  const { lanes } = batch;
  if (!Number.isSafeInteger(lanes) || lanes < 1 || lanes > MAX_LANES) {
    throw new RangeError(`batch.lanes must be a whole number from 1 to ${MAX_LANES}.`);
  }
  return lanes;
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
