/** Options, keys, and what pruneEvents removes. */
import type { MfaEvent, MfaStore } from '@mfakit/core';
import { Cluster, Redis } from 'ioredis';
import type { createClient, createClientPool, createCluster } from 'redis';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { sampleRecord } from '../../testkit/src/samples.ts';
import {
  fromNodeRedis,
  pruneEvents,
  redisStore,
  type NodeRedis,
  type NodeRedisCluster,
  type RedisClient,
  type RedisStoreOptions,
} from '../src/index.ts';
import { BUCKETS, bucketOf, keysIn } from '../src/keys.ts';
import { openDatabase, REDIS_MISSING, type TestDatabase } from './database.ts';

const NOBODY: RedisClient = { call: async () => null };
const day = (date: number): number => Date.UTC(2026, 0, date);

/** Stores a user with events on these days, numbered from 1. */
async function storeUser(store: MfaStore, userId: string, days: readonly number[]): Promise<void> {
  const events = days.map((date, index): MfaEvent => ({ userId, seq: index + 1, at: day(date), type: 'exempted' }));
  const next = { revision: 'r1', record: sampleRecord() };
  expect(await store.commit({ userId, expected: null, next, events })).toBe(true);
}
const seqs = async (store: MfaStore, userId: string): Promise<readonly number[]> =>
  (await store.events(userId, { limit: 1000 })).map(({ seq }) => seq);

test('the clients that the docs name fit by their types', () => {
  expectTypeOf<Redis>().toExtend<RedisClient>();
  expectTypeOf<Cluster>().toExtend<RedisClient>();
  expectTypeOf<ReturnType<typeof createClient>>().toExtend<NodeRedis>();
  expectTypeOf<ReturnType<typeof createClientPool>>().toExtend<NodeRedis>();
  expectTypeOf<ReturnType<typeof createCluster>>().toExtend<NodeRedisCluster>();
  expectTypeOf<ReturnType<Redis['multi']>>().not.toExtend<RedisClient>();
});

test.each<[RedisStoreOptions, RegExp]>([
  [{ prefix: 1 } as never, /^prefix must be a string/],
  [{ prefix: 'app{1}:' }, /^prefix must be .* without braces/],
  [{ prefix: 'x'.repeat(65) }, /^prefix must be at most 64 bytes/],
  [{ events: 'no' } as never, /^events must be true or false/],
  [{ accept: 'unproven-durability' } as never, /^accept must be a list/],
])('%j is refused', (options, message) => {
  expect(() => redisStore(NOBODY, options)).toThrow(message);
});

describe('keys', () => {
  const IDS = ['a', 'a:1', 'a{1}', '}{', 'a}', ':events:a', 'record:a', 'ä'];

  test('a user is always in the same bucket: FNV-1a, with its published values', () => {
    // http://www.isthe.com/chongo/src/fnv/test_fnv.c, fnv1a_32
    expect([bucketOf(''), bucketOf('a'), bucketOf('foobar')]).toEqual(
      [0x81_1c_9d_c5, 0xe4_0c_29_2c, 0xbf_9c_f9_68].map((hash) => hash % BUCKETS),
    );
  });

  test('no two users share a key, and the tag is the bucket whatever the id contains', () => {
    const keys = keysIn('mfa:');
    const all = IDS.flatMap((userId) => [keys.record(userId), keys.events(userId), keys.users(bucketOf(userId))]);
    const tags = all.map((key) => /\{(.*?)\}/.exec(key)?.[1]);
    expect(tags).toEqual(IDS.flatMap((userId) => Array(3).fill(String(bucketOf(userId)))));
    const own = IDS.flatMap((userId) => [keys.record(userId), keys.events(userId)]);
    expect(new Set(own).size).toBe(own.length);
  });

  test('users fall evenly into the buckets', () => {
    const counts = Array<number>(BUCKETS).fill(0);
    for (let user = 0; user < 100 * BUCKETS; user += 1) counts[bucketOf(`user-${user}`)]! += 1;
    expect(Math.max(...counts)).toBeLessThan(200);
    expect(Math.min(...counts)).toBeGreaterThan(50);
  });
});

test('an answer that Redis does not give is no record', async () => {
  for (const answer of [null, undefined, 'OK', [], ['r1', null], [null, '{}'], [undefined, undefined], {}]) {
    const store = redisStore({ call: async () => answer });
    await expect(store.read('ann')).rejects.toThrow('Redis gave an answer to a read');
    await expect(store.commit({ userId: 'ann', expected: null, next: null, events: [] })).rejects.toThrow('a commit');
  }
  await expect(redisStore(NOBODY).events('ann', { limit: 1 })).rejects.toThrow('ZREVRANGEBYSCORE');
  await expect(redisStore(NOBODY).scan({ limit: 1 })).rejects.toThrow('ZRANGEBYLEX');
});

test('an error that is not about a missing script is not tried again', async () => {
  let calls = 0;
  const failing: RedisClient = {
    call: async () => {
      calls += 1;
      throw new Error('LOADING Redis is loading the dataset in memory');
    },
  };
  await expect(redisStore(failing).read('ann')).rejects.toThrow('LOADING');
  expect(calls).toBe(1);
});

test('commands to a cluster of node-redis go by their key, and never to a replica', async () => {
  const sent: unknown[] = [];
  const client = fromNodeRedis({
    sendCommand: async (firstKey, isReadonly, args) => void sent.push([firstKey, isReadonly, args[0]]),
    masters: ['one'],
    nodeClient: (node: string) => ({ sendCommand: async (args: string[]) => [node, ...args] }),
  });
  await client.call('EVALSHA', 'digest', '1', 'key', 'argument');
  await client.call('EVAL', 'script', '1', 'key');
  await client.call('ZRANGEBYLEX', 'key', '-', '+');
  await client.call('PING');
  expect(sent).toEqual([
    ['key', false, 'EVALSHA'],
    ['key', false, 'EVAL'],
    ['key', false, 'ZRANGEBYLEX'],
    [undefined, false, 'PING'],
  ]);
  expect(await Promise.all((client.nodes?.('master') ?? []).map((node) => node.call('INFO')))).toEqual([
    ['one', 'INFO'],
  ]);
});

describe.skipIf(REDIS_MISSING)('events', () => {
  let database: TestDatabase;
  let redis: Redis;
  beforeAll(async () => {
    database = await openDatabase();
    redis = database.ioredis();
  });
  afterAll(() => database.close());

  test('`events: false` stores none, and gives none', async () => {
    const prefix = database.freshPrefix();
    const silent = redisStore(redis, { prefix, events: false });
    await storeUser(silent, 'ann', [1, 2]);
    expect(await seqs(silent, 'ann')).toEqual([]);
    expect(await seqs(redisStore(redis, { prefix }), 'ann')).toEqual([]);
  });

  test('an event whose number is stored makes the commit throw, and nothing is stored', async () => {
    const store = redisStore(redis, { prefix: database.freshPrefix() });
    await storeUser(store, 'ann', [1, 2]);
    const before = await store.read('ann');
    const events = [3, 2].map((seq): MfaEvent => ({ userId: 'ann', seq, at: day(3), type: 'exempted' }));
    const commit = { userId: 'ann', expected: 'r1', next: { revision: 'r2', record: sampleRecord(1) }, events };
    await expect(store.commit(commit)).rejects.toThrow('an event with this seq is stored already');
    expect(await store.read('ann')).toEqual(before);
    expect(await seqs(store, 'ann')).toEqual([2, 1]);
  });

  test('pruneEvents removes what is older, of every user, and nothing else', async () => {
    const prefix = database.freshPrefix();
    const store = redisStore(redis, { prefix });
    await storeUser(store, 'ann', [1, 2, 3, 4]);
    await storeUser(store, 'bob', [4, 5]);
    // The clocks of two processes disagree.
    await storeUser(store, 'eve', [1, 3, 2, 4]);
    await storeUser(store, 'old', Array(250).fill(1));
    // More users than are looked at together, all in one bucket.
    const crowd = Array.from({ length: 300_000 }, (_, index) => `crowd-${index}`).filter((id) => bucketOf(id) === 7);
    const crowded = crowd.slice(0, 250);
    await Promise.all(crowded.map((userId) => storeUser(store, userId, [1, 4])));
    const records = await Promise.all(['ann', ...crowded].map((userId) => store.read(userId)));

    expect(await pruneEvents(redis, { prefix, before: new Date(day(3)) })).toBe(2 + 2 + 250 + 250);
    expect(await seqs(store, 'ann')).toEqual([4, 3]);
    expect(await seqs(store, 'bob')).toEqual([2, 1]);
    expect(await seqs(store, 'eve')).toEqual([4, 2]);
    expect(await seqs(store, 'old')).toEqual([]);
    for (const userId of crowded) expect(await seqs(store, userId)).toEqual([2]);
    expect(await Promise.all(['ann', ...crowded].map((userId) => store.read(userId)))).toEqual(records);
    expect(await pruneEvents(redis, { prefix, before: new Date(day(3)) })).toBe(0);
  });

  test('pruneEvents needs a date', async () => {
    await expect(pruneEvents(redis, { before: new Date('soon') })).rejects.toThrow(/^before must be a valid date/);
  });

  test('a scan goes on within a bucket, and over records that are gone from beside their index', async () => {
    const prefix = database.freshPrefix();
    const store = redisStore(redis, { prefix });
    const crowd = Array.from({ length: 100_000 }, (_, index) => `crowd-${index}`).filter((id) => bucketOf(id) === 7);
    const crowded = crowd.slice(0, 60);
    await Promise.all(crowded.map((userId) => storeUser(store, userId, [])));
    const gone = crowded.filter((_, index) => index % 3 !== 0);
    for (const userId of gone) await redis.unlink(keysIn(prefix).record(userId));
    const met: string[] = [];
    for (;;) {
      const page = await store.scan({ after: met.at(-1), limit: 7 });
      if (page.length === 0) break;
      met.push(...page.map(({ userId }) => userId));
    }
    expect(met).toEqual(crowded.filter((userId) => !gone.includes(userId)).toSorted());
  });
});
