/** startCluster: starts a Redis Cluster of masters without replicas. */
import { spawnSync } from 'node:child_process';
import { freePort } from '@mfakit/postgres-server';
import { REDIS_ENVIRONMENT } from './find-redis.ts';
import { startRedis, type RedisServer } from './start-redis.ts';

/** How long the nodes may take to agree. */
const AGREEMENT_LIMIT_MS = 30_000;

/** A running cluster. */
export interface RedisCluster {
  readonly servers: readonly RedisServer[];
  stop(): Promise<void>;
}

/**
 * Starts a cluster, in which every master has its share of the slots.
 * @param masters - 3 or more
 * @throws {Error} if a server does not start, or the nodes do not agree within 30 seconds
 */
export async function startCluster(masters: number): Promise<RedisCluster> {
  const servers: RedisServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    for (let started = 0; started < masters; started += 1) {
      servers.push(
        await startRedis({
          'cluster-enabled': 'yes',
          // By itself it would be 10,000 above the other one, and perhaps above all ports.
          'cluster-port': String(await freePort()),
          'cluster-node-timeout': '5000',
        }),
      );
    }
    const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
    cli(['--cluster', 'create', ...addresses, '--cluster-yes']);
    await untilAgreed(servers);
    return { servers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilAgreed(servers: readonly RedisServer[]): Promise<void> {
  const deadline = Date.now() + AGREEMENT_LIMIT_MS;
  while (!servers.every(agreed)) {
    if (Date.now() > deadline) throw new Error('The nodes of the Redis cluster do not agree.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function agreed({ port }: RedisServer): boolean {
  return cli(['-p', String(port), 'cluster', 'info']).includes('cluster_state:ok');
}

function cli(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('redis-cli', args, { env: REDIS_ENVIRONMENT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`redis-cli failed: ${stdout}${stderr}`);
  return stdout;
}
