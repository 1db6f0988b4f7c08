import { afterAll, beforeAll, describe } from 'vitest';
import { redisStore, type RedisClient } from '../src/index.ts';
import { openDatabase, REDIS_MISSING, type TestDatabase } from './database.ts';
import { races } from '../../postgres/test/races.ts';
import { startWorkers } from './start-workers.ts';

describe.skipIf(REDIS_MISSING)('over one server', () => {
  let database: TestDatabase;
  let client: RedisClient;
  let prefix: string;
  beforeAll(async () => {
    database = await openDatabase();
    client = database.ioredis();
    prefix = database.freshPrefix();
  });
  afterAll(() => database.close());

  races(startWorkers, () => ({
    store: redisStore(client, { prefix }),
    where: { url: database.url, cluster: false, prefix },
  }));
});
