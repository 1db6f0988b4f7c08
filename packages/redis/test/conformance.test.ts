import { storeCases } from '@mfakit/testkit';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { redisStore, type RedisClient } from '../src/index.ts';
import { openDatabase, REDIS_MISSING, type TestDatabase } from './database.ts';

// The one line for all files of this package.
if (REDIS_MISSING) console.log('Skipped: the tests of @mfakit/redis need redis-server, or MFAKIT_TEST_REDIS_URL.');

describe.skipIf(REDIS_MISSING)('on a server that syncs every commit', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openDatabase();
  });
  afterAll(() => database.close());

  const drivers: Readonly<Record<string, () => Promise<readonly [RedisClient, RedisClient]>>> = {
    ioredis: async () => [database.ioredis(), database.ioredis({ protocol: 3 })],
    'node-redis': async () => [await database.nodeRedis({ RESP: 2 }), await database.nodeRedis({ RESP: 3 })],
  };

  describe.each(Object.entries(drivers))('two connections of %s, one with RESP2 and one with RESP3', (_name, open) => {
    let clients: readonly [RedisClient, RedisClient];
    beforeAll(async () => {
      clients = await open();
    });

    const cases = storeCases(async () => {
      const options = { prefix: database.freshPrefix() };
      return { connections: [redisStore(clients[0], options), redisStore(clients[1], options)] };
    });
    for (const { name, run } of cases) test(name, run);
  });
});
