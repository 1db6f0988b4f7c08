/** pruneEvents: deletes old events of all users, a bite at a time. */
import { affectedBy } from './answer.ts';
import { checkClient, type MysqlClient } from './client.ts';
import { tableIn } from './table.ts';

/** What to delete. */
export interface PruneEventsOptions {
  /** Events older than this go. */
  readonly before: Date;
  /** Events per statement; 1 or more, default 1,000: each is a transaction, which replicas carry out in one go. */
  readonly batch?: number;
  /** As for `mysqlStore`. */
  readonly database?: string;
}

/**
 * Deletes events older than an instant: what a host has promised not to keep. Records are left alone; the numbers of the
 * events that stay do not change, so `history` then begins above 1. Can be stopped and called again at any time.
 *
 * @param client - as for `mysqlStore`
 * @returns how many were deleted
 * @throws {RangeError} if `before` is not a valid date, or `batch` not a whole number from 1
 * @throws what the client throws
 */
export async function pruneEvents(
  client: MysqlClient,
  { before, batch = 1000, database }: PruneEventsOptions,
): Promise<number> {
  checkClient(client);
  if (Number.isNaN(before.getTime())) throw new RangeError('before must be a valid date.');
  if (!Number.isSafeInteger(batch) || batch < 1) throw new RangeError('batch must be a whole number from 1.');
  // The record has no instant, so none is ever older; what waits in the outbox has one below zero.
  const sql = `DELETE FROM ${tableIn(database)} WHERE at >= 0 AND at < ? ORDER BY at, user_id, seq LIMIT ${batch}`;
  for (let pruned = 0; ;) {
    const bite = await affectedBy(client, sql, [before.getTime()]);
    pruned += bite;
    if (bite < batch) return pruned;
  }
}
