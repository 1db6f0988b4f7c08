/** One of several operating system processes of an application: does its parent's tasks, all at once. */
import { testClock } from '@mfakit/testkit';
import { migrate, postgresStore, type BatchOptions } from '../src/index.ts';
import { openPool } from './database.ts';
import { serveTasks, type Calls } from './serve-tasks.ts';
import { startApplication } from './users.ts';

interface Connect {
  readonly do: 'connect';
  readonly url: string;
  readonly schema: string;
  readonly batch?: BatchOptions;
  readonly now: number;
}

interface Migrate {
  readonly do: 'migrate';
  readonly schemas: readonly string[];
}

/** What the parent sends. */
export type Task = Connect | Migrate | Calls;

serveTasks<Connect, Migrate>(async ({ url, schema, batch, now }) => {
  const pool = openPool(url, { max: 2 });
  await Promise.all([pool.query('SELECT 1'), pool.query('SELECT 1')]);
  return {
    application: startApplication(postgresStore(pool, { schema, ...(batch && { batch }) }), testClock(now)),
    close: () => pool.end(),
    async other({ schemas }) {
      for (const fresh of schemas) await migrate(pool, { schema: fresh });
      return ['migrated'];
    },
  };
});
