/** One of several operating system processes with one file: makes the calls that its parent names, all at once. */
import { testClock } from '@mfakit/testkit';
import { serveTasks, type Calls } from '../../postgres/test/serve-tasks.ts';
import { startApplication } from '../../postgres/test/users.ts';
import { sqliteStore } from '../src/index.ts';
import { libsql } from './drivers.ts';

interface Connect {
  readonly do: 'connect';
  readonly path: string;
  readonly now: number;
}

/** What the parent sends. */
export type Task = Connect | Calls;

serveTasks<Connect>(async ({ path, now }) => {
  const database = libsql.open(path);
  return {
    application: startApplication(sqliteStore(database), testClock(now)),
    close: () => database.close(),
  };
});
