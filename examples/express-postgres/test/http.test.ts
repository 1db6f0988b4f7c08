/** The example over HTTP: its headers, its guard, and the limits of its database connections. */
import { startPostgres, type PostgresServer } from '@mfakit/postgres-server';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectGuardedAdministration, expectHeaders, type StartServer } from '../../application/test/http-case.ts';
import { openDatabase } from '../src/postgres.ts';
import { startServer } from '../src/server.ts';

let postgres: PostgresServer | undefined;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres?.stop());

const newSchema = (): string => `acme_${randomBytes(6).toString('hex')}`;
const start: StartServer = (options) =>
  startServer({ ...options, databaseUrl: postgres?.url ?? '', schema: newSchema() });

test('HSTS over HTTPS only, COOP always, and a proxy is believed only if one was named', async () => {
  await expectHeaders(start);
  expect.hasAssertions();
}, 60_000);

test('administration wants an administrator, and a fresh second factor', async () => {
  await expectGuardedAdministration(start);
  expect.hasAssertions();
}, 60_000);

test('a statement that hangs is ended before the library gives up its call', async () => {
  const database = await openDatabase(postgres?.url ?? '', newSchema());
  try {
    expect(await database.sql('SHOW statement_timeout')).toEqual([{ statement_timeout: '5s' }]);
  } finally {
    await database.close();
  }
});
