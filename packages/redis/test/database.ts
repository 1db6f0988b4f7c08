/** A Redis database for one test file: a given server, or one of its own; and prefixes that nobody else uses. */
import { findRedis, startRedis } from '@mfakit/redis-server';
import { Redis, type RedisOptions as AllRedisOptions } from 'ioredis';
import { createClient } from 'redis';
import { fromNodeRedis, type RedisClient } from '../src/index.ts';

const GIVEN = process.env['MFAKIT_TEST_REDIS_URL'];
const FOUND = findRedis();

/** Neither is there: these tests are skipped, except in CI. */
export const REDIS_MISSING: boolean = GIVEN === undefined && !FOUND && process.env['CI'] !== 'true';

/** For tests that kill the server, or set it up in their own way. */
export const OWN_REDIS_MISSING: boolean = !FOUND && process.env['CI'] !== 'true';

type RedisOptions = Pick<AllRedisOptions, 'protocol' | 'keyPrefix' | 'username' | 'password'>;

/** A database with room for any number of tests. */
export interface TestDatabase {
  readonly url: string;
  /** A client of ioredis, closed at the end. */
  ioredis(options?: RedisOptions): Redis;
  /** A client of node-redis, closed at the end. */
  nodeRedis(options?: { readonly RESP?: 2 | 3 }): Promise<RedisClient>;
  freshPrefix(): string;
  close(): Promise<void>;
}

let prefixes = 0;
const OURS = `mfakit-test-${process.pid}-${Date.now()}-`;

/** Opens `MFAKIT_TEST_REDIS_URL` if it is set, and otherwise starts a server. */
export async function openDatabase(): Promise<TestDatabase> {
  const server = GIVEN === undefined ? await startRedis() : null;
  const url = GIVEN ?? server?.url ?? '';
  const closers: (() => unknown)[] = [];
  const ioredis = (options: RedisOptions = {}): Redis => {
    const redis = openIoredis(url, options);
    closers.push(() => redis.disconnect());
    return redis;
  };
  return {
    url,
    ioredis,
    async nodeRedis(options = {}) {
      const client = createClient({ url, ...options });
      client.on('error', () => undefined);
      await client.connect();
      closers.push(() => client.destroy());
      return fromNodeRedis(client);
    },
    freshPrefix() {
      prefixes += 1;
      return `${OURS}${prefixes}:`;
    },
    async close() {
      if (server === null) await removeOurs(ioredis());
      for (const close of closers) close();
      await server?.stop();
    },
  };
}

/** A client that survives the loss of its connection. */
export function openIoredis(url: string, options: RedisOptions = {}): Redis {
  const redis = new Redis(url, options);
  // Without a listener, it prints every error itself.
  redis.on('error', () => undefined);
  return redis;
}

async function removeOurs(redis: Redis): Promise<void> {
  for await (const found of redis.scanStream({ match: `${OURS}*`, count: 1000 })) {
    const keys: readonly string[] = found;
    for (const key of keys) await redis.unlink(key);
  }
}
