/** One of several operating system processes of an application: does what its parent tells it, all at once. */
import type { MfaEvent, SecondFactor } from '@mfakit/core';
import { migrate, postgresStore } from '../src/index.ts';
import { openPool } from './database.ts';
import { outcomeOf, startMfa } from './users.ts';

/** What the parent sends. The first task connects, so that a later one starts at once. */
export type Task =
  | { readonly do: 'connect'; readonly url: string; readonly schema: string; readonly now: number }
  | { readonly do: 'migrate'; readonly schemas: readonly string[] }
  | { readonly do: 'stepUp'; readonly userId: string; readonly inputs: readonly SecondFactor[] };

/** What the worker answers. */
export interface Answer {
  /** How each call ended. */
  readonly outcomes: readonly string[];
  /** What `onEvent` was told. */
  readonly events: readonly MfaEvent[];
}

type Work = (task: Exclude<Task, { do: 'connect' }>) => Promise<readonly string[]>;

let work: Work | undefined;
let close = async (): Promise<void> => undefined;
let events: MfaEvent[] = [];

async function connect({ url, schema, now }: Extract<Task, { do: 'connect' }>): Promise<Work> {
  await close();
  const pool = openPool(url, { max: 2 });
  close = () => pool.end();
  await Promise.all([pool.query('SELECT 1'), pool.query('SELECT 1')]);
  const mfa = startMfa(
    postgresStore(pool, { schema }),
    () => now,
    (event) => {
      events.push(event);
    },
  );
  return async (task) => {
    if (task.do === 'stepUp') {
      return Promise.all(task.inputs.map((input) => outcomeOf(mfa.stepUp(task.userId, input))));
    }
    for (const fresh of task.schemas) await migrate(pool, { schema: fresh });
    return ['migrated'];
  };
}

async function perform(task: Task): Promise<Answer> {
  events = [];
  if (task.do === 'connect') {
    work = await connect(task);
    return { outcomes: ['connected'], events };
  }
  if (work === undefined) throw new Error('Connect first.');
  return { outcomes: await work(task), events };
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
