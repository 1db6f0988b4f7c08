/** pruneEvents: removes old events. */
import { changedRows, inOwnTransaction, type SqliteDatabase } from './driver.ts';

/** Events looked at per transaction: a few milliseconds, in which other writers wait. */
const SLICE = 1000;

const SLICE_END = `SELECT user_id, seq FROM mfa_event WHERE (user_id, seq) > (?, ?)
  ORDER BY user_id, seq LIMIT 1 OFFSET ${SLICE - 1}`;
const LAST = 'SELECT user_id, seq FROM mfa_event ORDER BY user_id DESC, seq DESC LIMIT 1';
const DELETE = `DELETE FROM mfa_event
  WHERE (user_id, seq) > (?, ?) AND (user_id, seq) <= (?, ?) AND at < ?`;

/** What to remove. */
export interface PruneEventsOptions {
  /** Events from before this instant are removed. */
  readonly before: Date;
}

interface KeyRow {
  readonly user_id: string;
  readonly seq: number | bigint;
}

/**
 * Removes the events from before an instant; records stay as they are. Goes over the whole table in small
 * transactions and lets other writers in between, so it may run while the application does.
 *
 * @returns how many events were removed
 * @throws {RangeError} where `before` is not a valid date
 * @example
 * await pruneEvents(database, { before: new Date(Date.now() - 90 * 24 * 3600 * 1000) });
 */
export async function pruneEvents(database: SqliteDatabase, { before }: PruneEventsOptions): Promise<number> {
  if (!(before instanceof Date) || Number.isNaN(before.getTime())) throw new RangeError('before must be a valid date');
  const sliceEnd = database.prepare(SLICE_END);
  const last = database.prepare(LAST);
  const remove = database.prepare(DELETE);
  let removed = 0;
  let from: readonly [string, number] = ['', 0];
  for (;;) {
    // The end is looked for in a transaction that only reads: it keeps no one from writing.
    const ends = inOwnTransaction(database, 'BEGIN', () => sliceEnd.all(...from));
    const isLast = ends.length === 0;
    const [end] = (isLast ? inOwnTransaction(database, 'BEGIN', () => last.all()) : ends) as KeyRow[];
    if (end === undefined) return removed;
    const to = [end.user_id, Number(end.seq)] as const;
    const oldOnes = [...from, ...to, before.getTime()] as const;
    removed += inOwnTransaction(database, 'BEGIN IMMEDIATE', () => changedRows(remove, ...oldOnes));
    if (isLast) return removed;
    from = to;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
