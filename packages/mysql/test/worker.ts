/** One of several operating system processes of an application: does its parent's tasks, all at once. */
import type { MfaEvent, SecondFactor } from '@mfakit/core';
import { testClock } from '@mfakit/testkit';
import { migrate, mysqlStore } from '../src/index.ts';
import { openPool } from './database.ts';
import { outcomeOf, startApplication } from './users.ts';

/** What the parent sends. The first task connects, so that a later one starts at once. */
export type Task =
  | { readonly do: 'connect'; readonly url: string; readonly database: string; readonly now: number }
  | { readonly do: 'migrate'; readonly databases: readonly string[] }
  | { readonly do: 'stepUp'; readonly userId: string; readonly inputs: readonly SecondFactor[] };

/** What the worker answers. */
export interface Answer {
  /** How each call ended. */
  readonly outcomes: readonly string[];
  /** The events that were committed. */
  readonly events: readonly MfaEvent[];
}

type Work = (task: Exclude<Task, { do: 'connect' }>) => Promise<readonly string[]>;

let work: Work | undefined;
let close = async (): Promise<void> => undefined;
let told: MfaEvent[] = [];

async function connect({ url, database, now }: Extract<Task, { do: 'connect' }>): Promise<Work> {
  await close();
  const pool = openPool(url, { connectionLimit: 2 });
  close = () => pool.end();
  await Promise.all([pool.query('SELECT 1'), pool.query('SELECT 1')]);
  const { mfa, events } = startApplication(mysqlStore(pool, { database }), testClock(now));
  told = events;
  return async (task) => {
    if (task.do === 'stepUp') {
      return Promise.all(task.inputs.map((input) => outcomeOf(mfa.stepUp(task.userId, input))));
    }
    for (const fresh of task.databases) await migrate(pool, { database: fresh });
    return ['migrated'];
  };
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
