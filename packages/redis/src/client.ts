/** RedisClient: the shape of a driver that the store needs, and what turns node-redis into it. */
import { refuseForeignClient } from './foreign-clients.ts';

/** One server, or whatever passes a command on to the right one. */
export interface RedisNode {
  /** Sends one command with its arguments. */
  call(command: string, ...args: string[]): Promise<unknown>;
}

/**
 * Anything that sends one command: ioredis, its `Cluster` included, or `fromNodeRedis(client)`.
 *
 * Never a connection on which the host opens transactions (`MULTI`), and never a pipeline, which has a `length`: what it
 * queues may be carried out late, or not at all.
 */
export interface RedisClient extends RedisNode {
  /** The masters of a cluster, for `check`. */
  nodes?(role: 'master'): readonly RedisNode[];
  readonly length?: never;
}

/** The part of node-redis that is needed: a client, or a pool of them. */
export interface NodeRedis {
  /** Sends one command: its name, then its arguments. */
  sendCommand(args: string[]): Promise<unknown>;
}

/** The part of a cluster of node-redis that is needed. */
export interface NodeRedisCluster {
  /** Sends one command to the master that has the first key. */
  sendCommand(firstKey: string | undefined, isReadonly: boolean | undefined, args: string[]): Promise<unknown>;
  /** The masters as the client knows them. */
  readonly masters: readonly unknown[];
  /** The client of one of them. */
  nodeClient(node: never): NodeRedis | PromiseLike<NodeRedis>;
}

/**
 * Makes a client of node-redis. Reads go to masters, whatever `useReplicas` says.
 * @param redis - what `createClient`, `createClientPool` or `createCluster` gave, connected
 * @throws {TypeError} if it is neither, or comes from `createSentinel`
 * @example
 * import { fromNodeRedis, redisStore } from '@mfakit/redis';
 * import { createClient } from 'redis';
 *
 * const client = createClient({ url: 'redis://localhost:6379' });
 * client.on('error', console.error);
 * await client.connect();
 * const store = redisStore(fromNodeRedis(client));
 */
export function fromNodeRedis(redis: NodeRedis | NodeRedisCluster): RedisClient {
  if (!hasMethod(redis, 'sendCommand')) throw new TypeError('The client of node-redis must have a method sendCommand.');
  if (hasMethod(redis, 'getSentinelNode')) {
    throw new TypeError('The client of node-redis is one of Sentinel. Hand over ioredis, created with its sentinels.');
  }
  if (!isCluster(redis)) return { call: (command, ...args) => redis.sendCommand([command, ...args]) };
  return {
    call: (command, ...args) => redis.sendCommand(firstKeyOf(command, args), false, [command, ...args]),
    nodes: () =>
      redis.masters.map((master) => ({
        call: async (command, ...args) => (await redis.nodeClient(master as never)).sendCommand([command, ...args]),
      })),
  };
}

/**
 * @throws {TypeError} if the object is another library's, has no `call`, queues commands, or reads from replicas
 */
export function checkClient(client: RedisClient): void {
  refuseForeignClient(client);
  if (!hasMethod(client, 'call')) throw new TypeError('The Redis client must have a method call.');
  // ioredis Cluster
  const options: unknown = Reflect.get(client, 'options');
  const scaleReads: unknown = Object(options).scaleReads;
  if (scaleReads !== undefined && scaleReads !== 'master') {
    throw new TypeError(
      "scaleReads of the Redis client must be 'master': a replica may not know yet that a user has enrolled.",
    );
  }
}

/** A script names its keys after itself and their number. */
function firstKeyOf(command: string, args: readonly string[]): string | undefined {
  return command.startsWith('EVAL') ? args[2] : args[0];
}

function isCluster(redis: NodeRedis | NodeRedisCluster): redis is NodeRedisCluster {
  return hasMethod(redis, 'nodeClient');
}

function hasMethod(value: unknown, name: string): boolean {
  return value !== null && ['object', 'function'].includes(typeof value) && typeof Object(value)[name] === 'function';
}
