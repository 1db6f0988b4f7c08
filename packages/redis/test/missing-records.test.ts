import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe } from 'vitest';
import { missingRecords } from '../../postgres/test/missing-records.ts';
import { redisStore } from '../src/index.ts';
import { keysIn } from '../src/keys.ts';
import { openDatabase, REDIS_MISSING, type TestDatabase } from './database.ts';

describe.skipIf(REDIS_MISSING)('over one server', () => {
  let database: TestDatabase;
  let redis: Redis;
  let prefix: string;
  beforeAll(async () => {
    database = await openDatabase();
    redis = database.ioredis();
    prefix = database.freshPrefix();
  });
  afterAll(() => database.close());

  missingRecords({
    open: () => redisStore(redis, { prefix }),
    seqsOf: async (userId) =>
      (await redis.zrevrange(keysIn(prefix).events(userId), 0, -1)).map((event) => JSON.parse(event).seq),
    damages: {
      'with the record deleted': (userId) => redis.del(keysIn(prefix).record(userId)),
      'with an older record restored': (userId, old) =>
        redis.hset(keysIn(prefix).record(userId), { revision: 'restored', record: old }),
    },
  });
});
