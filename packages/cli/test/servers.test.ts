import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { mariadbFolder, startMariadb } from '@mfakit/mysql-server';
import { startPostgres } from '@mfakit/postgres-server';
import { findRedis, startRedis } from '@mfakit/redis-server';
import { afterAll, describe, expect, test } from 'vitest';
import { removeBundle } from './bundle.ts';
import { run } from './run.ts';

const folder = mkdtempSync(`${tmpdir()}/mfakit-cli-`);
afterAll(() => {
  rmSync(folder, { recursive: true });
  removeBundle();
});

/** From an empty database to a user whom policy requires to enroll. */
async function operate(url: string): Promise<void> {
  const env = { MFAKIT_DATABASE_URL: url, MFAKIT_KEYS: randomBytes(32).toString('base64') };
  const mfakit = (args: string) => run(args.split(' '), { cwd: folder, env });
  expect(await mfakit('migrate --outbox')).toMatchObject({ code: 0, stdout: '' });
  expect(await mfakit('enforce ann --from 2026-01-01')).toMatchObject({ code: 0, stdout: 'ann\tenforced\n' });
  expect((await mfakit('list overdue')).stdout).toBe('ann\t-\t0\t-\t2026-01-01T00:00:00.000Z\n');
  expect((await mfakit('stats')).stdout).toContain('state overdue\t1\n');
  expect((await mfakit('history ann')).stdout).toContain('\tenforced\t');
  const check = await mfakit('check');
  expect(check.stdout).toContain('clock\tok\tthe clock of the database is ');
  expect(check.stdout).not.toContain('\tred\t');
  expect(check.code).toBe(0);
}

const LONG = { timeout: 120_000 };

test('PostgreSQL by URL, in a schema of its own, with an outbox', LONG, async () => {
  const server = await startPostgres();
  try {
    await operate(`${server.url}?schema=auth`);
    const env = { MFAKIT_DATABASE_URL: `${server.url}?schema=auth` };
    // The event of `enforce` waits to be told.
    expect((await run(['outbox', 'status'], { cwd: folder, env })).stdout).toContain('waiting\t1\n');
  } finally {
    await server.stop();
  }
});

describe.skipIf(mariadbFolder() === null)('MariaDB (skipped if there is no mariadbd)', () => {
  test('by URL', LONG, async () => {
    const server = await startMariadb();
    try {
      await operate(server.url);
    } finally {
      await server.stop();
    }
  });
});

describe.skipIf(!findRedis())('Redis (skipped if there is no redis-server)', () => {
  test('by URL', LONG, async () => {
    const server = await startRedis();
    try {
      await operate(server.url);
    } finally {
      await server.stop();
    }
  });
});
