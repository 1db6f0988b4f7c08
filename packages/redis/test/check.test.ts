/** What is wrong with a server is told by name: settings, its role, and clients of other libraries. */
import { createMfa } from '@mfakit/core';
import { startRedis, type RedisServer } from '@mfakit/redis-server';
import { Redis } from 'ioredis';
import { createClient, createSentinel } from 'redis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  fromNodeRedis,
  pruneEvents,
  redisStore,
  type Accepted,
  type NodeRedis,
  type RedisClient,
} from '../src/index.ts';
import { openIoredis, OWN_REDIS_MISSING } from './database.ts';

describe.skipIf(OWN_REDIS_MISSING)('settings', () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = openIoredis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  const check = async (client: RedisClient = redis, ...accept: Accepted[]): Promise<unknown> =>
    redisStore(client, { accept }).check?.();

  /** Changes a setting until the test ends. */
  async function set(setting: string, value: string, before: string): Promise<void> {
    await redis.call('CONFIG', 'SET', setting, value);
    onTestFinished(async () => void (await redis.call('CONFIG', 'SET', setting, before)));
  }

  test('a sound server passes, and so does mfa.check()', async () => {
    await check();
    const keys = [Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64')];
    const mfa = createMfa({ issuer: 'Acme', store: redisStore(redis), keys, verifyPassword: 'passwordless' });
    await mfa.check();
  });

  test.each([
    ['appendonly', 'no', 'yes', /^appendonly is no in Redis: after a crash .* Set it to yes\.$/],
    ['appendfsync', 'everysec', 'always', /^appendfsync is everysec in Redis: .* Set it to always\.$/],
    ['no-appendfsync-on-rewrite', 'yes', 'no', /^no-appendfsync-on-rewrite is yes in Redis/],
    ['maxmemory-policy', 'allkeys-lru', 'noeviction', /^maxmemory-policy is allkeys-lru .* Set it to noeviction\.$/],
  ])('%s %s is named, with its remedy, whatever is accepted', async (setting, wrong, right, message) => {
    await set(setting, wrong, right);
    await expect(check()).rejects.toThrow(message);
    await expect(check(redis, 'unproven-durability', 'no-min-replicas')).rejects.toThrow(message);
  });

  test('a policy that evicts only what expires passes: nothing of the store does', async () => {
    await set('maxmemory-policy', 'volatile-lru', 'noeviction');
    await check();
    const store = redisStore(redis, { prefix: 'expiry:' });
    const record = { schema: 1 } as never;
    await store.commit({ userId: 'ann', expected: null, next: { revision: 'r1', record }, events: [] });
    for (const key of await redis.keys('expiry:*')) expect(await redis.pttl(key)).toBe(-1);
  });

  test.each([
    ['forbids CONFIG by its rules', '-@dangerous', /NOPERM/],
    ['does not', '+@all', null],
  ])('a server that %s', async (_name, rule, refusal) => {
    await redis.call('ACL', 'SETUSER', 'app', 'reset', 'on', '>secret', '~*', '&*', '+@all', rule, '+info');
    onTestFinished(async () => void (await redis.call('ACL', 'DELUSER', 'app')));
    const app = openIoredis(server.url, { username: 'app', password: 'secret' });
    onTestFinished(() => app.disconnect());
    if (refusal === null) {
      await check(app);
      return;
    }
    await expect(app.call('CONFIG', 'GET', 'appendfsync')).rejects.toThrow(refusal);
    await expect(check(app)).rejects.toThrow(
      /^This Redis server does not tell appendonly\. Unless it is yes, .* Allow CONFIG GET; .*'unproven-durability'\.$/,
    );
    await check(app, 'unproven-durability');
  });

  test.each([
    ['has renamed CONFIG away', new Error("ERR unknown command 'CONFIG', with args beginning with: 'GET'")],
    ['answers with nothing', []],
  ])('a server that %s', async (_name, answer) => {
    const hiding: RedisClient = {
      call: async (command, ...args) => {
        if (command !== 'CONFIG') return redis.call(command, ...args);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    };
    await expect(check(hiding)).rejects.toThrow(/does not tell appendonly/);
    await check(hiding, 'unproven-durability');
  });

  test('an error of the connection is no secrecy', async () => {
    const broken: RedisClient = {
      call: async (command, ...args) => {
        if (command === 'CONFIG') throw new Error('Connection is closed.');
        return redis.call(command, ...args);
      },
    };
    await expect(check(broken, 'unproven-durability')).rejects.toThrow('Connection is closed.');
  });

  test('a cluster of which no master is known does not pass', async () => {
    const lost: RedisClient = { call: (command, ...args) => redis.call(command, ...args), nodes: () => [] };
    await expect(check(lost)).rejects.toThrow('knows no master');
  });

  test('every master of a cluster is looked at', async () => {
    await set('appendfsync', 'everysec', 'always');
    const other = await startRedis();
    onTestFinished(() => other.stop());
    const sound = openIoredis(other.url);
    onTestFinished(() => sound.disconnect());
    const call: RedisClient['call'] = (command, ...args) => sound.call(command, ...args);
    await check({ call, nodes: () => [sound] });
    await expect(check({ call, nodes: () => [sound, redis] })).rejects.toThrow('appendfsync is everysec');
  });

  describe('with a replica', () => {
    let replica: RedisServer;
    let onReplica: Redis;
    beforeAll(async () => {
      replica = await startRedis({ replicaof: `127.0.0.1 ${server.port}` });
      onReplica = openIoredis(replica.url);
      await vi.waitFor(
        async () => expect(await onReplica.info('replication')).toContain('master_link_status:up'),
        10_000,
      );
    });
    afterAll(async () => {
      onReplica.disconnect();
      await replica.stop();
    });

    test('the replica refuses to be read, and does not pass', async () => {
      await expect(redisStore(onReplica).read('ann')).rejects.toThrow(/^READONLY/);
      await expect(check(onReplica)).rejects.toThrow(/is a replica: .* Connect to the master\.$/);
    });

    test('the master needs min-replicas-to-write, or an operator who accepts what that means', async () => {
      await expect(check()).rejects.toThrow(/^min-replicas-to-write is 0 .* Set it to 1 or more, or accept/);
      await check(redis, 'no-min-replicas');
      await set('min-replicas-to-write', '1', '0');
      await check();
    });

    test('a master with too few replicas refuses to be read, too', async () => {
      const store = redisStore(redis);
      expect(await store.read('nobody')).toBeNull();
      await set('min-replicas-to-write', '2', '0');
      await expect(store.read('nobody')).rejects.toThrow(/^NOREPLICAS/);
    });
  });
});

describe('a client of another library is told what to hand over instead', () => {
  // Nothing here connects.
  const redis = new Redis('redis://127.0.0.1:1', { lazyConnect: true });
  const nodeRedis = createClient({ url: 'redis://127.0.0.1:1' });
  const upstash = Object.fromEntries(['hgetall', 'evalsha', 'createScript'].map((name) => [name, () => null]));
  test.each<[string, unknown, RegExp]>([
    ['node-redis', nodeRedis, /node-redis\. Hand over fromNodeRedis\(client\)/],
    ['a transaction of node-redis', nodeRedis.multi(), /transaction of node-redis\..*late, or not at all/],
    ['a pipeline of ioredis', redis.pipeline(), /pipeline or transaction of ioredis\..*late, or not at all/],
    ['Upstash', upstash, /Upstash\. It speaks HTTP/],
    ['pg', { query: () => null }, /an SQL database\. This store speaks Redis/],
    ['no client', {}, /must have a method call/],
    ['nothing', null, /must have a method call/],
    ['a cluster that reads from replicas', { call: () => null, options: { scaleReads: 'slave' } }, /^scaleReads/],
  ])('%s', async (_library, client, message) => {
    expect(() => redisStore(client as RedisClient)).toThrow(TypeError);
    expect(() => redisStore(client as RedisClient)).toThrow(message);
    await expect(pruneEvents(client as RedisClient, { before: new Date() })).rejects.toThrow(message);
  });

  test('fromNodeRedis takes neither Sentinel nor what is no client', () => {
    const sentinel = createSentinel({ name: 'one', sentinelRootNodes: [{ host: '127.0.0.1', port: 1 }] });
    expect(() => fromNodeRedis(sentinel as unknown as NodeRedis)).toThrow(/one of Sentinel\. Hand over ioredis/);
    expect(() => fromNodeRedis({} as NodeRedis)).toThrow(/must have a method sendCommand/);
  });
});
