/** The walk through the pages, as Express and PostgreSQL show them. */
import { startPostgres, type PostgresServer } from '@mfakit/postgres-server';
import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, beforeAll, vi } from 'vitest';
import { walkPages } from '../../pages/test/walk.ts';
import { startServer } from '../src/server.ts';

// Each walk gives passwords many times; what hashes them has tests of its own.
vi.mock('hash-wasm', () => import('../../application/test/quick-argon2.ts'));

const given = process.env['MFAKIT_TEST_POSTGRES_URL'];
let postgres: PostgresServer | undefined;

beforeAll(async () => {
  if (given === undefined) postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres?.stop());

walkPages(async (options) => {
  const databaseUrl = given ?? postgres?.url ?? '';
  const schema = `acme_${randomBytes(6).toString('hex')}`;
  const server = await startServer({ ...options, databaseUrl, schema });
  return {
    url: server.url,
    acme: server.acme,
    async stop() {
      await server.stop();
      const pool = new Pool({ connectionString: databaseUrl });
      await pool.query(`DROP SCHEMA ${schema} CASCADE`);
      await pool.end();
    },
  };
}, 'second');
