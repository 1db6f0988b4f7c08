/** findRedis: looks for the programs of Redis on this machine. */
import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';

/** Where Debian and others put servers, which is not on the PATH of every user. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin'];

/** The environment in which `redis-server` and `redis-cli` are found if they are installed. */
export const REDIS_ENVIRONMENT: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [process.env['PATH'] ?? '', ...MORE_FOLDERS].join(delimiter),
};

/** Whether `redis-server` runs here. */
export function findRedis(): boolean {
  return spawnSync('redis-server', ['--version'], { env: REDIS_ENVIRONMENT }).status === 0;
}
