/** One of several operating system processes of an application: does its parent's tasks, all at once. */
import { testClock } from '@mfakit/testkit';
import { Cluster, Redis } from 'ioredis';
import { serveTasks, type Calls } from '../../postgres/test/serve-tasks.ts';
import { startApplication } from '../../postgres/test/users.ts';
import { redisStore } from '../src/index.ts';

interface Connect {
  readonly do: 'connect';
  readonly url: string;
  readonly cluster: boolean;
  readonly prefix: string;
  readonly now: number;
}

/** What the parent sends. */
export type Task = Connect | Calls;

serveTasks<Connect>(async ({ url, cluster, prefix, now }) => {
  const redis = cluster ? new Cluster([url]) : new Redis(url);
  await redis.call('PING');
  return {
    application: startApplication(redisStore(redis, { prefix }), testClock(now)),
    close: () => redis.disconnect(),
  };
});
