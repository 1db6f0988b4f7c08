/** pruneEvents: removes old events of all users, a page at a time. */
import type { MfaEvent } from '@mfakit/core';
import { checkClient, type RedisClient } from './client.ts';
import { BUCKETS, keysIn } from './keys.ts';

/** Users at a time, and events of one user at a time. */
const PAGE = 100;

/** What to remove. */
export interface PruneEventsOptions {
  /** Events from before this instant are removed. */
  readonly before: Date;
  /** As for `redisStore`; default `mfa:`. */
  readonly prefix?: string;
}

/**
 * Removes the events from before an instant; records stay as they are, and the events that stay keep their numbers. Goes
 * over all users in small commands, so it may run while the application does, and can be stopped at any time.
 *
 * @param client - as for `redisStore`
 * @returns how many events were removed
 * @throws {RangeError} if `before` is not a valid date
 * @throws what the client throws
 */
export async function pruneEvents(
  client: RedisClient,
  { before, prefix = 'mfa:' }: PruneEventsOptions,
): Promise<number> {
  checkClient(client);
  if (!(before instanceof Date) || Number.isNaN(before.getTime())) throw new RangeError('before must be a valid date.');
  const keys = keysIn(prefix);
  let pruned = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    let from = '-';
    for (;;) {
      const page = await client.call('ZRANGEBYLEX', keys.users(bucket), from, '+', 'LIMIT', '0', String(PAGE));
      const userIds = page as readonly string[];
      const counts = await Promise.all(userIds.map((userId) => pruneUser(client, keys.events(userId), before)));
      pruned += counts.reduce((sum, count) => sum + count, 0);
      if (userIds.length < PAGE) break;
      from = `(${userIds.at(-1)}`;
    }
  }
  return pruned;
}

/** From the oldest on, until a page holds none to remove: clocks of several processes may disagree by a little. */
async function pruneUser(client: RedisClient, key: string, before: Date): Promise<number> {
  let pruned = 0;
  let kept = 0;
  for (;;) {
    const page = (await client.call('ZRANGE', key, String(kept), String(kept + PAGE - 1))) as readonly string[];
    const old = page.filter((event) => (JSON.parse(event) as MfaEvent).at < before.getTime());
    if (old.length > 0) pruned += Number(await client.call('ZREM', key, ...old));
    kept += page.length - old.length;
    if (old.length === 0 || page.length < PAGE) return pruned;
  }
}
