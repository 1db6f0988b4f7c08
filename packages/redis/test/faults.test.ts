/** What breaks: the server is killed, and connections are cut once a command was carried out. */
import type { Swap } from '@mfakit/core';
import { startRedis, type RedisServer } from '@mfakit/redis-server';
import { testClock } from '@mfakit/testkit';
import type { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { prepareBurst } from '../../postgres/test/burst.ts';
import { outcomeOf, startApplication, tally, wholeHistory } from '../../postgres/test/users.ts';
import { sampleRecord } from '../../testkit/src/samples.ts';
import { fromNodeRedis, redisStore } from '../src/index.ts';
import { openIoredis, OWN_REDIS_MISSING } from './database.ts';
import { openProxy, type Proxy } from './proxy.ts';

const SAMPLE_RECORD = sampleRecord();
/** In the keys of a commit, and of nothing else but a page of history. */
const COMMIT = ':users';

describe.skipIf(OWN_REDIS_MISSING)('a server that breaks', () => {
  let server: RedisServer;
  let redis: Redis;
  let prefix: string;
  let prefixes = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    prefixes += 1;
    prefix = `faults-${prefixes}:`;
    redis = openIoredis(server.url);
  });
  afterEach(() => redis.disconnect());

  /** Opens a client, and closes it when the test ends. `ready` resolves once it is connected again. */
  const drivers = {
    'ioredis, which repeats its commands': async () => {
      const client = openIoredis(server.url);
      onTestFinished(() => client.disconnect());
      return { client, ready: async () => undefined, alsoHit: {} };
    },
    'node-redis, which does not': async () => {
      const client = createClient({ url: server.url, disableOfflineQueue: true });
      client.on('error', () => undefined);
      await client.connect();
      onTestFinished(() => client.destroy());
      return {
        client: fromNodeRedis(client),
        ready: () => vi.waitFor(() => client.ping(), { timeout: 10_000 }),
        alsoHit: { store_unavailable: expect.any(Number) },
      };
    },
  };

  test.each(Object.entries(drivers))(
    'it is killed in mid-burst and restarted, under %s: nothing that was told is lost',
    async (_name, open) => {
      const { client, ready, alsoHit } = await open();
      const burst = await prepareBurst(redisStore(client, { prefix }), testClock(), 48);
      const sound = redisStore(redis, { prefix });
      const all: string[] = [];
      const isHit = (): boolean => Object.keys(alsoHit).every((outcome) => all.includes(outcome));
      // A burst can be over before the kill arrives: then there is another one.
      for (const [round, killAt] of [4, 16, 1, 2, 3, 5].entries()) {
        if (round >= 2 && isHit()) break;
        let restarted: Promise<void> | undefined;
        const outcomes = await burst.fire((answered) => {
          if (answered === killAt) restarted = server.kill().then(() => server.restart());
        });
        await restarted;
        all.push(...outcomes);
        await burst.expectKept(sound);
        await ready();
      }
      // The kills hit calls that were under way, but not all of them.
      expect(tally(all)).toMatchObject({ accepted: expect.any(Number), ...alsoHit });
      await burst.fire();
      await burst.expectKept(sound);
    },
  );

  describe('through a network that breaks', () => {
    let proxy: Proxy;
    let through: Redis;
    beforeEach(async () => {
      proxy = await openProxy(server.port);
      through = openIoredis(proxy.url);
    });
    afterEach(async () => {
      through.disconnect();
      await proxy.close();
    });

    test('ioredis sends a commit again whose answer was lost: it is stored once, and told so', async () => {
      const store = redisStore(through, { prefix });
      let sent = 0;
      proxy.loseAnswers(COMMIT, () => (sent += 1) % 2 === 1);
      const commits = Array.from({ length: 10 }, (_, index): Swap => {
        const seq = index + 1;
        const event = { userId: 'alice', seq, at: seq, type: 'exempted' } as const;
        const next = { revision: `r${seq}`, record: SAMPLE_RECORD };
        return { userId: 'alice', expected: index === 0 ? null : `r${index}`, next, events: [event] };
      });
      for (const commit of commits) expect(await store.commit(commit)).toBe(true);
      const lost = proxy.lost();
      expect(lost).toBeGreaterThanOrEqual(10);
      expect((await store.events('alice', { limit: 20 })).map(({ seq }) => seq)).toEqual([
        10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
      ]);
      const next = { revision: 'r11', record: SAMPLE_RECORD };
      expect(await store.commit({ userId: 'alice', expected: 'r10', next, events: 'erase' })).toBe(true);
      expect(proxy.lost()).toBeGreaterThan(lost);
      expect(await store.events('alice', { limit: 20 })).toEqual([]);
    });

    test('node-redis gives up a commit whose answer was lost: the core finds that it landed', async () => {
      const client = createClient({ url: proxy.url });
      client.on('error', () => undefined);
      await client.connect();
      const { mfa, enroll } = startApplication(redisStore(fromNodeRedis(client), { prefix }), testClock());
      const user = await enroll('alice');
      const begun = await mfa.begin('alice');
      if (begun.next !== 'verify') throw new Error('A user who has enrolled is asked for a code.');
      proxy.loseAnswers(COMMIT, () => proxy.lost() === 0);
      const input = { token: begun.token, code: user.code() };
      expect(await mfa.verify(input)).toMatchObject({ userId: 'alice', method: 'totp' });
      expect(proxy.lost()).toBe(1);
      expect(await outcomeOf(mfa.stepUp('alice', { code: input.code }))).toBe('code_already_used');
      const types = (await wholeHistory(mfa, 'alice')).map(({ type }) => type);
      expect(types).toEqual(['setup_started', 'factor_added', 'verified', 'attempt_refused']);
      client.destroy();
    });

    test('every third answer is lost, and its connection with it', async () => {
      const burst = await prepareBurst(redisStore(through, { prefix }), testClock(), 12);
      let commits = 0;
      proxy.loseAnswers(COMMIT, () => (commits += 1) % 3 === 0);
      await burst.fire();
      await burst.fire();
      expect(proxy.lost()).toBeGreaterThan(3);
      await burst.expectKept(redisStore(redis, { prefix }));
    });
  });

  test('a server that has forgotten the scripts is sent them again', async () => {
    const store = redisStore(redis, { prefix });
    const first = { revision: 'r1', record: SAMPLE_RECORD };
    for (const expected of [true, true]) {
      await redis.call('SCRIPT', 'FLUSH');
      expect(await store.commit({ userId: 'alice', expected: null, next: first, events: [] })).toBe(expected);
      await redis.call('SCRIPT', 'FLUSH');
      expect(await store.read('alice')).toEqual(first);
    }
  });

  test('a server without memory refuses, and stores nothing', async () => {
    const store = redisStore(redis, { prefix });
    await redis.call('CONFIG', 'SET', 'maxmemory', '1');
    const next = { revision: 'r1', record: SAMPLE_RECORD };
    const event = { userId: 'alice', seq: 1, at: 1, type: 'exempted' } as const;
    await expect(store.commit({ userId: 'alice', expected: null, next, events: [event] })).rejects.toThrow('OOM');
    await redis.call('CONFIG', 'SET', 'maxmemory', '0');
    expect(await store.read('alice')).toBeNull();
    expect(await store.events('alice', { limit: 1 })).toEqual([]);
    expect(await store.scan({ limit: 1 })).toEqual([]);
  });

  test('a connection inside a transaction of the host throws: its answers are none', async () => {
    const store = redisStore(redis, { prefix });
    await store.commit({
      userId: 'alice',
      expected: null,
      next: { revision: 'r1', record: SAMPLE_RECORD },
      events: [],
    });
    await redis.call('MULTI');
    const next = { revision: 'r2', record: SAMPLE_RECORD };
    await expect(store.read('alice')).rejects.toThrow('a read');
    await expect(store.read('nobody')).rejects.toThrow('a read');
    await expect(store.commit({ userId: 'alice', expected: 'r1', next, events: [] })).rejects.toThrow('a commit');
    await redis.call('DISCARD');
    expect((await store.read('alice'))?.revision).toBe('r1');
  });
});
