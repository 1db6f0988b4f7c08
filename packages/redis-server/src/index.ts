/** Public names of @mfakit/redis-server. */
export { findRedis } from './find-redis.ts';
export { startCluster } from './start-cluster.ts';
export type { RedisCluster } from './start-cluster.ts';
export { startRedis } from './start-redis.ts';
export type { RedisServer } from './start-redis.ts';
