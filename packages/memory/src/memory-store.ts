/** memoryStore: the store port over a Map, for tests and demos. */
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
import { memoryOutbox } from './memory-outbox.ts';

/** What {@link memoryStore} can be told. */
export interface MemoryStoreOptions {
  /** Keeps events of these types until someone was told of them; by default there is no outbox. */
  readonly outbox?: OutboxOptions;
}

/** One user. JSON text, not objects: nothing is shared with the caller. */
interface Row {
  readonly revision: string;
  readonly record: string;
  /** In the order of their commits, which is the order of `seq`. */
  readonly events: { readonly seq: number; readonly at: number; readonly json: string }[];
}

/**
 * A store that keeps everything in the memory of this process, for tests, demos and trying things out.
 *
 * It keeps every promise of {@link MfaStore} but two: `true` is not durable, since all is lost when the process ends,
 * and other processes, worker threads and copies made by a bundler see nothing of it. Behind a load balancer, or
 * wherever a restart must not switch off a user's second factor, use a database.
 *
 * Events are dropped only with their user, or by `pruneEvents`: memory grows with use. `scan` goes by user id in the order of
 * UTF-16 code units (the order of `<` on strings).
 *
 * @returns an empty store; each call makes one of its own
 * @throws {TypeError} if an option has the wrong type
 * @example
 * ```ts
 * import { memoryStore } from '@mfakit/memory';
 *
 * const store = memoryStore();
 * await store.read('alice'); // null
 * ```
 */
export function memoryStore({ outbox: outboxOptions }: MemoryStoreOptions = {}): MfaStore {
  const rows = new Map<string, Row>();
  const toQueue = outboxFilter(outboxOptions);
  const outbox = outboxOptions && memoryOutbox();
  /** The user ids in scan order; null once a user was added or removed, until the next scan sorts them again. */
  let sortedIds: readonly string[] | null = null;

  // No method awaits anything: each runs as one step, so it is atomic.
  return {
    async read(userId: string): Promise<StoredRecord | null> {
      const row = rows.get(userId);
      return row === undefined ? null : storedRecord(row);
    },

    async commit(swap: Swap): Promise<boolean> {
      const { userId, expected, next, events } = swap;
      const row = rows.get(userId);
      if (next !== null && row?.revision === next.revision) return true;
      if ((row?.revision ?? null) !== expected) return false;
      if (next === null) {
        rows.delete(userId);
      } else {
        // All text is made before anything is stored: what cannot be written as JSON throws and leaves no trace.
        const record = JSON.stringify(next.record);
        const erases = events === 'erase';
        const added = erases
          ? []
          : events.map((event) => ({ seq: event.seq, at: event.at, json: JSON.stringify(event) }));
        const queued = toQueue(swap).map((event) => JSON.stringify(event));
        const log = erases ? [] : (row?.events ?? []);
        checkAscending([...log.slice(-1), ...added]);
        for (const event of added) log.push(event);
        if (erases) outbox?.erase(userId);
        outbox?.queue(queued);
        rows.set(userId, { revision: next.revision, record, events: log });
      }
      if ((row === undefined) !== (next === null)) sortedIds = null;
      return true;
    },

    async events(userId: string, { before = Infinity, limit }: EventPage): Promise<readonly MfaEvent[]> {
      const log = rows.get(userId)?.events ?? [];
      const end = lowerBound(log, (event) => event.seq >= before);
      return log
        .slice(Math.max(0, end - limit), end)
        .reverse()
        .map((event): MfaEvent => JSON.parse(event.json));
    },

    async scan({ after, limit }: ScanPage): Promise<readonly ScannedRecord[]> {
      sortedIds ??= [...rows.keys()].sort();
      const start = after === undefined ? 0 : lowerBound(sortedIds, (userId) => userId > after);
      return sortedIds.slice(start, start + limit).flatMap((userId) => {
        const row = rows.get(userId);
        return row === undefined ? [] : [{ userId, ...storedRecord(row) }];
      });
    },

    async pruneEvents({ before }): Promise<number> {
      if (!(before instanceof Date) || Number.isNaN(before.getTime()))
        throw new RangeError('before must be a valid date');
      let removed = 0;
      for (const [userId, row] of rows) {
        const events = row.events.filter(({ at }) => at >= before.getTime());
        removed += row.events.length - events.length;
        rows.set(userId, { ...row, events });
      }
      return removed;
    },

    ...(outbox !== undefined && { outbox }),
  };
}

function storedRecord({ revision, record }: Row): StoredRecord {
  return { revision, record: JSON.parse(record) };
}

/** Throws what a unique index would throw: pages are cut out of the log by its order. */
function checkAscending(events: readonly { readonly seq: number }[]): void {
  for (const [index, { seq }] of events.entries()) {
    const before = events[index - 1];
    if (before !== undefined && seq <= before.seq) throw new Error(`event ${seq} is not above ${before.seq}`);
  }
}

/** The index of the first item that `reached` holds for, where it holds for every later one too. */
function lowerBound<T>(items: readonly T[], reached: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && !reached(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
