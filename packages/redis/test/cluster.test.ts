/** A cluster of three masters: `MFAKIT_TEST_LONG=1` runs the whole kit over it, and races of several processes. */
import { startCluster, type RedisCluster } from '@mfakit/redis-server';
import { storeCases, testClock } from '@mfakit/testkit';
import { Cluster } from 'ioredis';
import { createCluster } from 'redis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { prepareBurst } from '../../postgres/test/burst.ts';
import { sampleRecord } from '../../testkit/src/samples.ts';
import { fromNodeRedis, pruneEvents, redisStore, type RedisClient } from '../src/index.ts';
import { OWN_REDIS_MISSING } from './database.ts';
import { races } from '../../postgres/test/races.ts';
import { startWorkers } from './start-workers.ts';

const LONG = process.env['MFAKIT_TEST_LONG'] === '1';

describe.skipIf(!LONG || OWN_REDIS_MISSING)('a cluster of three masters', () => {
  let cluster: RedisCluster;
  let ioredis: Cluster;
  let clients: readonly [RedisClient, RedisClient];
  const closers: (() => unknown)[] = [];
  beforeAll(async () => {
    cluster = await startCluster(3);
    const [first] = cluster.servers;
    const url = first?.url ?? '';
    ioredis = new Cluster([{ host: '127.0.0.1', port: first?.port ?? 0 }]);
    ioredis.on('error', () => undefined);
    const nodeRedis = createCluster({ rootNodes: [{ url }], useReplicas: true });
    nodeRedis.on('error', () => undefined);
    await nodeRedis.connect();
    closers.push(
      () => ioredis.disconnect(),
      () => nodeRedis.destroy(),
    );
    clients = [ioredis, fromNodeRedis(nodeRedis)];
  }, 120_000);
  afterAll(async () => {
    for (const close of closers) close();
    await cluster.stop();
  });

  let prefixes = 0;
  const cases = storeCases(async () => {
    prefixes += 1;
    const options = { prefix: `kit-${prefixes}:` };
    return { connections: [redisStore(clients[0], options), redisStore(clients[1], options)] };
  });
  for (const { name, run } of cases) test(name, run);

  describe('races', () => {
    races(startWorkers, () => ({
      store: redisStore(clients[0], { prefix: 'races:' }),
      where: { url: cluster.servers[1]?.url ?? '', cluster: true, prefix: 'races:' },
    }));
  });

  test('every master holds users, and check looks at each of them', async () => {
    const store = redisStore(clients[0], { prefix: 'spread:' });
    const record = sampleRecord();
    await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        store.commit({ userId: `user-${index}`, expected: null, next: { revision: 'r1', record }, events: [] }),
      ),
    );
    for (const master of ioredis.nodes('master')) {
      const records = (await master.keys('spread:*')).filter((key) => key.includes(':record:'));
      expect(records.length).toBeGreaterThan(50);
    }
    expect((await store.scan({ limit: 1000 })).length).toBe(300);
    expect(await pruneEvents(clients[0], { prefix: 'spread:', before: new Date() })).toBe(0);

    for (const client of clients) {
      await redisStore(client).check?.();
      for (const master of ioredis.nodes('master')) {
        await master.call('CONFIG', 'SET', 'appendfsync', 'everysec');
        await expect(redisStore(client).check?.()).rejects.toThrow('appendfsync is everysec');
        await master.call('CONFIG', 'SET', 'appendfsync', 'always');
      }
    }
  });

  test('a master that is killed in a burst and restarted has lost nothing that was told', async () => {
    const client = clients[0];
    const store = redisStore(client, { prefix: 'burst:' });
    const burst = await prepareBurst(store, testClock(), 12);
    const victim = cluster.servers[2];
    let restarted: Promise<void> | undefined;
    await burst.fire((answered) => {
      if (answered === 4) restarted = victim?.kill().then(() => victim.restart());
    });
    await restarted;
    await vi.waitFor(() => store.scan({ limit: 1000 }), 30_000);
    await burst.fire();
    await burst.expectKept(store);
  }, 120_000);
});
