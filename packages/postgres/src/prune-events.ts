/** pruneEvents: deletes old events of all users, a bite at a time. */
import { checkClient, type PostgresClient } from './client.ts';
import { tablesIn } from './tables.ts';

/** What to delete. */
export interface PruneEventsOptions {
  /** Events older than this go. */
  readonly before: Date;
  /** Events per statement; 1 or more, default 10,000. A statement takes a few more where several share one instant. */
  readonly batch?: number;
  /** As for `postgresStore`; default `public`. */
  readonly schema?: string;
}

/**
 * Deletes events older than an instant: what a host has promised not to keep. Records are left alone; the numbers of the
 * events that stay do not change, so `history` then begins above 1. Can be stopped and called again at any time.
 *
 * @param client - as for `postgresStore`
 * @returns how many were deleted
 * @throws {RangeError} where `before` is not a valid date, or `batch` not a whole number from 1
 * @throws what the client throws
 */
export async function pruneEvents(
  client: PostgresClient,
  { before, batch = 10_000, schema = 'public' }: PruneEventsOptions,
): Promise<number> {
  checkClient(client);
  if (Number.isNaN(before.getTime())) throw new RangeError('before must be a valid date.');
  if (!Number.isSafeInteger(batch) || batch < 1) throw new RangeError('batch must be a whole number from 1.');
  const { event } = tablesIn(schema);
  const end = before.toISOString();
  let pruned = 0;
  for (;;) {
    // The instant that ends this bite. Two plain statements: DELETE has no LIMIT, and row addresses are not portable.
    const { rows: cuts } = await client.query(
      `SELECT at::text AS at FROM ${event} WHERE at < $1::text::timestamptz ORDER BY at LIMIT 1 OFFSET $2`,
      [end, batch - 1],
    );
    const [cut] = cuts as readonly { readonly at: string }[];
    const { rows } = await client.query(
      `WITH pruned AS (
        DELETE FROM ${event} WHERE at < $1::text::timestamptz AND at <= coalesce($2::text::timestamptz, 'infinity')
        RETURNING user_id
      )
      SELECT count(*)::text AS count FROM pruned`,
      [end, cut?.at ?? null],
    );
    const [answer] = rows as readonly { readonly count: string }[];
    pruned += Number(answer?.count ?? 0);
    if (cut === undefined) return pruned;
  }
}
