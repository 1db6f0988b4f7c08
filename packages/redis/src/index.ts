/** Public names of @mfakit/redis. */
export { fromNodeRedis } from './client.ts';
export type { NodeRedis, NodeRedisCluster, RedisClient, RedisNode } from './client.ts';
export type { Accepted } from './check.ts';
export { pruneEvents } from './prune-events.ts';
export type { PruneEventsOptions } from './prune-events.ts';
export { redisStore } from './redis-store.ts';
export type { RedisStoreOptions } from './redis-store.ts';
