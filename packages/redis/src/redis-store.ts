/** redisStore: the store port over Redis, one server or a cluster. */
import type { EventPage, MfaEvent, MfaStore, ScannedRecord, ScanPage, StoredRecord, Swap } from '@mfakit/core';
import { checkServers, type Accepted } from './check.ts';
import { checkClient, type RedisClient } from './client.ts';
import { pruneEvents } from './prune-events.ts';
import { BUCKETS, bucketOf, keysIn } from './keys.ts';
import { COMMIT, READ, scriptOn } from './scripts.ts';

/** Buckets that a scan asks for their users at once, if those before had few. */
const MAX_BUCKETS_AT_ONCE = 64;

/** How a store is to work. */
export interface RedisStoreOptions {
  /** What every key begins with; at most 64 bytes without braces, default `mfa:`. */
  readonly prefix?: string;
  /** `false` stores no events, and `history` is empty; default `true`. */
  readonly events?: boolean;
  /** What `mfa.check()` takes on your word; default nothing. */
  readonly accept?: readonly Accepted[];
}

/**
 * A store over Redis. There is nothing to migrate. It expects `appendonly yes` and `appendfsync always`, which `check` and
 * with it `mfa.check()` look at, and reads from masters alone. It never closes the client.
 *
 * Give it a connection on which the host opens no transaction (`MULTI`).
 *
 * @param client - a client or cluster of ioredis, `fromNodeRedis(client)`, or anything with `call(command, ...args)`
 * @throws {TypeError} if the client is another library's, has no `call` or reads from replicas, or an option has the wrong type
 * @throws {RangeError} if an option is out of bounds
 * @example
 * import { redisStore } from '@mfakit/redis';
 * import { Redis } from 'ioredis';
 *
 * const redis = new Redis('redis://localhost:6379');
 * redis.on('error', console.error); // Without a listener, ioredis prints every error itself.
 * const store = redisStore(redis);
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): MfaStore {
  const { prefix = 'mfa:', events: keepEvents = true, accept = [] } = options;
  checkClient(client);
  if (typeof keepEvents !== 'boolean') throw new TypeError('events must be true or false.');
  if (!Array.isArray(accept)) throw new TypeError('accept must be a list.');
  const keys = keysIn(prefix);
  const runRead = scriptOn(client, READ);
  const runCommit = scriptOn(client, COMMIT);

  async function texts(command: string, ...args: string[]): Promise<readonly string[]> {
    const answer = await client.call(command, ...args);
    if (!Array.isArray(answer) || !answer.every((item) => typeof item === 'string')) throw unexpected(command);
    return answer;
  }

  async function read(userId: string): Promise<StoredRecord | null> {
    const answer = await runRead([keys.record(userId)], []);
    const [revision, record]: readonly unknown[] = Array.isArray(answer) ? answer : [];
    // Only what Redis gives for a missing hash is no record: that lets a user in without a second factor.
    if (revision === null && record === null) return null;
    if (typeof revision !== 'string' || typeof record !== 'string') throw unexpected('a read');
    return { revision, record: JSON.parse(record) };
  }

  return {
    read,

    async commit({ userId, expected, next, events }: Swap): Promise<boolean> {
      const added = keepEvents && events !== 'erase' ? events : [];
      const answer = await runCommit(
        [keys.record(userId), keys.events(userId), keys.users(bucketOf(userId))],
        [
          userId,
          marked(expected),
          marked(next?.revision ?? null),
          next === null ? '' : JSON.stringify(next.record),
          events === 'erase' ? 'erase' : 'add',
          ...added.flatMap((event) => [String(event.seq), JSON.stringify(event)]),
        ],
      );
      // 'QUEUED', for one, if the host has opened a transaction on this connection.
      if (answer !== 1 && answer !== 0) throw unexpected('a commit');
      return answer === 1;
    },

    async events(userId: string, { before, limit }: EventPage): Promise<readonly MfaEvent[]> {
      if (!keepEvents) return [];
      const newest = before === undefined ? '+inf' : `(${before}`;
      const page = ['LIMIT', '0', String(limit)];
      const found = await texts('ZREVRANGEBYSCORE', keys.events(userId), newest, '-inf', ...page);
      return found.map((event): MfaEvent => JSON.parse(event));
    },

    /** By bucket, and within a bucket by the bytes of the id: an order that the id alone decides. */
    async scan({ after, limit }: ScanPage): Promise<readonly ScannedRecord[]> {
      const page: ScannedRecord[] = [];
      let bucket = after === undefined ? 0 : bucketOf(after);
      let from = after === undefined ? '-' : `(${after}`;
      let width = 1;
      while (page.length < limit && bucket < BUCKETS) {
        const wanted = limit - page.length;
        const buckets = Array.from({ length: Math.min(width, BUCKETS - bucket) }, (_, index) => bucket + index);
        const found = await Promise.all(
          buckets.map((one, index) =>
            texts('ZRANGEBYLEX', keys.users(one), index === 0 ? from : '-', '+', 'LIMIT', '0', String(wanted)),
          ),
        );
        const userIds = found.flat().slice(0, wanted);
        const stored = await Promise.all(userIds.map(async (userId) => ({ userId, record: await read(userId) })));
        // A user may have gone since the index was read.
        page.push(...stored.flatMap(({ userId, record }) => (record === null ? [] : [{ userId, ...record }])));
        const last = userIds.at(-1);
        if (last !== undefined && userIds.length === wanted) {
          // The bucket of the last one may hold more.
          bucket = bucketOf(last);
          from = `(${last}`;
        } else {
          bucket += buckets.length;
          from = '-';
          width = Math.min(width * 2, MAX_BUCKETS_AT_ONCE);
        }
      }
      return page;
    },

    pruneEvents: ({ before }) => pruneEvents(client, { before, prefix }),

    check: () => checkServers(client, accept),
  };
}

/** With a mark before it, so that no revision is the empty text. */
function marked(revision: string | null): string {
  return revision === null ? '' : `=${revision}`;
}

function unexpected(what: string): Error {
  return new Error(`Redis gave an answer to ${what} that it does not give to a connection of the store's own.`);
}
