/** One of several operating system processes of an application: does its parent's tasks, all at once. */
import type { MfaEvent, SecondFactor } from '@mfakit/core';
import { testClock } from '@mfakit/testkit';
import { Cluster, Redis } from 'ioredis';
import { outcomeOf, startApplication } from '../../postgres/test/users.ts';
import { redisStore } from '../src/index.ts';

/** What the parent sends. The first task connects, so that a later one starts at once. */
export type Task =
  | {
      readonly do: 'connect';
      readonly url: string;
      readonly cluster: boolean;
      readonly prefix: string;
      readonly now: number;
    }
  | { readonly do: 'stepUp'; readonly userId: string; readonly inputs: readonly SecondFactor[] };

/** What the worker answers. */
export interface Answer {
  /** How each call ended. */
  readonly outcomes: readonly string[];
  /** The events that were committed. */
  readonly events: readonly MfaEvent[];
}

type Work = (task: Extract<Task, { do: 'stepUp' }>) => Promise<readonly string[]>;

let work: Work | undefined;
let close = (): void => undefined;
let told: MfaEvent[] = [];

async function connect({ url, cluster, prefix, now }: Extract<Task, { do: 'connect' }>): Promise<Work> {
  close();
  const redis = cluster ? new Cluster([url]) : new Redis(url);
  close = () => redis.disconnect();
  await redis.call('PING');
  const { mfa, events } = startApplication(redisStore(redis, { prefix }), testClock(now));
  told = events;
  return ({ userId, inputs }) => Promise.all(inputs.map((input) => outcomeOf(mfa.stepUp(userId, input))));
}

async function perform(task: Task): Promise<Answer> {
  told.length = 0;
  if (task.do === 'connect') {
    work = await connect(task);
    return { outcomes: ['connected'], events: [] };
  }
  if (work === undefined) throw new Error('Connect first.');
  return { outcomes: await work(task), events: told };
}

process.on('message', (task: Task) => {
  perform(task).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
