/** pruneEvents: removes old events. */
import { checkBinding, onPrimary, rowsOf, type D1Database } from './binding.ts';

/** Events looked at per transaction: other calls wait meanwhile. */
const SLICE = 5000;

const SLICE_END = `SELECT user_id, seq FROM mfa_event WHERE (user_id, seq) > (?, ?)
  ORDER BY user_id, seq LIMIT 1 OFFSET ${SLICE - 1}`;
const DELETE_SLICE = 'DELETE FROM mfa_event WHERE (user_id, seq) > (?, ?) AND (user_id, seq) <= (?, ?) AND at < ?';
const DELETE_REST = 'DELETE FROM mfa_event WHERE (user_id, seq) > (?, ?) AND at < ?';

/** What to remove. */
export interface PruneEventsOptions {
  /** Events from before this instant are removed. */
  readonly before: Date;
}

interface KeyRow {
  readonly user_id: string;
  readonly seq: number;
}

/**
 * Removes the events from before an instant; records stay as they are. Goes over the whole table in transactions of 5000
 * events, so it may run while the application does, and may be stopped and called again.
 *
 * @param database - the binding of the Worker
 * @returns how many events were removed
 * @throws {TypeError} if it is no binding
 * @throws {RangeError} if `before` is not a valid date
 * @throws what the binding throws
 */
export async function pruneEvents(database: D1Database, { before }: PruneEventsOptions): Promise<number> {
  checkBinding(database);
  if (!(before instanceof Date) || Number.isNaN(before.getTime())) throw new RangeError('before must be a valid date');
  const end = before.getTime();
  let removed = 0;
  let from: readonly [string, number] = ['', 0];
  for (;;) {
    const [ends] = await onPrimary(database, [[SLICE_END, ...from]]);
    const [last] = rowsOf(ends) as readonly KeyRow[];
    const remove = last
      ? ([DELETE_SLICE, ...from, last.user_id, last.seq, end] as const)
      : ([DELETE_REST, ...from, end] as const);
    const [deleted] = await onPrimary(database, [remove]);
    removed += deleted?.meta.changes ?? 0;
    if (last === undefined) return removed;
    from = [last.user_id, last.seq];
  }
}
