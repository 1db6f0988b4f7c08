/** Administration among many people, on PostgreSQL. `MFAKIT_TEST_LONG=1`: a hundred thousand of them. */
import { startPostgres, type PostgresServer } from '@mfakit/postgres-server';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectQuickLists } from '../../application/test/crowd-case.ts';
import { openDatabase } from '../src/postgres.ts';
import { startServer } from '../src/server.ts';

let postgres: PostgresServer | undefined;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres?.stop());

test('each list shows 25 people at most, 95 % of them within 150 ms', async () => {
  const databaseUrl = postgres?.url ?? '';
  const schema = `acme_${randomBytes(6).toString('hex')}`;
  const figures = await expectQuickLists({
    start: (options) => startServer({ ...options, databaseUrl, schema }),
    columns: ['enabled', 'locked_until', 'record', 'revision', 'marks', 'overdue_from'],
    open: () => openDatabase(databaseUrl, schema),
  });
  console.log(`PostgreSQL: ${figures}`);
  expect.hasAssertions();
}, 400_000);
