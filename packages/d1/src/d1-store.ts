/** d1Store: the store port over a D1 database, one transaction and one round trip a call. */
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
import { checkBinding, onPrimary, rowsOf, type D1Database, type Query } from './binding.ts';
import { checkDatabase } from './check.ts';
import { d1Outbox, queueWhere, unparkWhere } from './outbox.ts';
import { pruneEvents } from './prune-events.ts';

const READ = 'SELECT revision, record FROM mfa_record WHERE user_id = ?1';
const REVISION = 'SELECT revision FROM mfa_record WHERE user_id = ?1';
const EVENTS = 'SELECT event FROM mfa_event WHERE user_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3';
const SCAN = 'SELECT user_id, revision, record FROM mfa_record WHERE user_id > ?1 ORDER BY user_id LIMIT ?2';

/** Whether the expected revision is stored, or none if it is null. Each statement asks it, in the same transaction. */
const IS_EXPECTED = '(SELECT revision FROM mfa_record WHERE user_id = ?1) IS ?2';
const ERASE_EVENTS = `DELETE FROM mfa_event WHERE user_id = ?1 AND ${IS_EXPECTED}`;
/** All events in one value: D1 takes a hundred values per statement. The event itself stays the text that it is. */
const ADD_EVENTS = `INSERT INTO mfa_event (user_id, seq, at, event)
  SELECT ?1, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?3) WHERE ${IS_EXPECTED}`;
const QUEUE = queueWhere(IS_EXPECTED);
const UNPARK = unparkWhere(IS_EXPECTED);
const INSERT =
  'INSERT INTO mfa_record (user_id, revision, record) VALUES (?1, ?2, ?3) ON CONFLICT (user_id) DO NOTHING';
const UPDATE = 'UPDATE mfa_record SET revision = ?2, record = ?3 WHERE user_id = ?1 AND revision = ?4';
const DELETE = 'DELETE FROM mfa_record WHERE user_id = ?1 AND revision = ?2 RETURNING 1';

/** What {@link d1Store} can be told. */
export interface D1StoreOptions {
  /** Whether events are stored; default true. If false, `history` gives what was stored before. */
  readonly events?: boolean;
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
 * A store over the D1 binding of a Worker, whose tables {@link migrate} or `schema.sql` has made.
 *
 * Every call asks the primary: a read replica may not know yet that a user has enrolled. D1 has no transactions that stay
 * open, so none of the host's can undo a counted failure.
 *
 * @param database - the binding itself, such as `env.DB`: neither a session of it nor an ORM over it
 * @throws {TypeError} if it is no binding, or an option has the wrong type
 * @example
 * import { createMfa } from '@mfakit/core';
 * import { d1Store } from '@mfakit/d1';
 *
 * export default {
 *   async fetch(request, env) {
 *     const mfa = createMfa({ issuer: 'Acme', store: d1Store(env.DB), keys: [env.MFA_KEY], verifyPassword });
 *   },
 * };
 */
export function d1Store(database: D1Database, options: D1StoreOptions = {}): MfaStore {
  const { events: storesEvents = true, outbox } = options;
  if (typeof storesEvents !== 'boolean') throw new TypeError('events must be true or false');
  const toQueue = outboxFilter(outbox);
  const hasOutbox = outbox !== undefined;
  checkBinding(database);

  /** The rows that the last statement gives. */
  async function rows<Row>(...queries: readonly Query[]): Promise<readonly Row[]> {
    return rowsOf((await onPrimary(database, queries, hasOutbox)).at(-1)) as readonly Row[];
  }

  /** What comes before the swap. If an event's number is stored already, this fails, and with it the transaction. */
  function eventQueries({ userId, expected, next, events }: Swap): readonly Query[] {
    if (next === null || events === 'erase') return [[ERASE_EVENTS, userId, expected]];
    if (!storesEvents || events.length === 0) return [];
    const added = events.map((event) => [event.seq, event.at, JSON.stringify(event)]);
    return [[ADD_EVENTS, userId, expected, JSON.stringify(added)]];
  }

  function outboxQueries(swap: Swap): readonly Query[] {
    const { userId, expected, events } = swap;
    const queued = toQueue(swap).map((event) => JSON.stringify(event));
    return [
      ...(hasOutbox && events === 'erase' ? [[UNPARK, userId, expected] as const] : []),
      ...(queued.length > 0 ? [[QUEUE, userId, expected, JSON.stringify(queued), Date.now()] as const] : []),
    ];
  }

  return {
    async read(userId: string): Promise<StoredRecord | null> {
      const [row] = await rows<RecordRow>([READ, userId]);
      return row === undefined ? null : storedRecord(row);
    },

    async commit(swap: Swap): Promise<boolean> {
      const { userId, expected, next } = swap;
      const before = [...eventQueries(swap), ...outboxQueries(swap)];
      if (next === null) {
        if (expected === null) return (await rows(...before, [REVISION, userId])).length === 0;
        return (await rows(...before, [DELETE, userId, expected])).length === 1;
      }
      const values = [userId, next.revision, JSON.stringify(next.record)] as const;
      const write: Query = expected === null ? [INSERT, ...values] : [UPDATE, ...values, expected];
      // A commit sent twice finds neither what it expects nor events to add, and its own revision at the end.
      const [stored] = await rows<RecordRow>(...before, write, [REVISION, userId]);
      return stored?.revision === next.revision;
    },

    async events(userId: string, { before = Number.MAX_SAFE_INTEGER, limit }: EventPage): Promise<readonly MfaEvent[]> {
      const found = await rows<EventRow>([EVENTS, userId, before, limit]);
      return found.map(({ event }): MfaEvent => JSON.parse(event));
    },

    async scan({ after = '', limit }: ScanPage): Promise<readonly ScannedRecord[]> {
      const found = await rows<RecordRow>([SCAN, after, limit]);
      return found.map((row) => ({ userId: row.user_id, ...storedRecord(row) }));
    },

    pruneEvents: ({ before }) => pruneEvents(database, { before }),

    check: () => checkDatabase(database, hasOutbox),

    ...(hasOutbox && { outbox: d1Outbox(rows) }),
  };
}

function storedRecord({ revision, record }: RecordRow): StoredRecord {
  return { revision, record: JSON.parse(record) };
}
