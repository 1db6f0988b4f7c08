/** Administration among many people, on SQLite. `MFAKIT_TEST_LONG=1`: a hundred thousand of them. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectQuickLists } from '../../application/test/crowd-case.ts';
import { startServer } from '../src/server.ts';
import { openDatabase } from '../src/sqlite.ts';

test('each list shows 25 people at most, 95 % of them within 150 ms', async () => {
  const figures = await expectQuickLists({
    start: startServer,
    columns: ['revision', 'record'],
    open: (folder) => openDatabase(join(folder, 'acme.db')),
  });
  console.log(`SQLite: ${figures}`);
  expect.hasAssertions();
}, 400_000);
