/** One of several operating system processes of an application: does its parent's tasks, all at once. */
import { testClock } from '@mfakit/testkit';
import { migrate, mysqlStore } from '../src/index.ts';
import { openPool } from './database.ts';
import { serveTasks, type Calls } from '../../postgres/test/serve-tasks.ts';
import { startApplication } from '../../postgres/test/users.ts';

interface Connect {
  readonly do: 'connect';
  readonly url: string;
  readonly database: string;
  readonly now: number;
}

interface Migrate {
  readonly do: 'migrate';
  readonly databases: readonly string[];
}

/** What the parent sends. */
export type Task = Connect | Migrate | Calls;

serveTasks<Connect, Migrate>(async ({ url, database, now }) => {
  const pool = openPool(url, { connectionLimit: 2 });
  await Promise.all([pool.query('SELECT 1'), pool.query('SELECT 1')]);
  return {
    application: startApplication(mysqlStore(pool, { database }), testClock(now)),
    close: () => pool.end(),
    async other({ databases }) {
      for (const fresh of databases) await migrate(pool, { database: fresh });
      return ['migrated'];
    },
  };
});
