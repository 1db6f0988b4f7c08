/** A disk that is full: the events of a batch do not fit any more. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres, type PostgresServer } from '@mfakit/postgres-server';
import { testClock } from '@mfakit/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, postgresStore } from '../src/index.ts';
import { prepareBurst } from './burst.ts';
import { openPool } from './database.ts';
import { tally } from './users.ts';

const possible = spawnSync('prlimit', ['--version']).status === 0;
const title = possible
  ? 'a table that cannot grow'
  : 'a table that cannot grow (skipped: there is no program `prlimit`)';

const PAGE_BYTES = 8192;

describe.runIf(possible)(title, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ settings: { autovacuum: 'off' } });
  });
  afterAll(() => server.stop());

  /** Limits the files of every process of the server, and of those that it starts from now on. */
  async function limit(pool: pg.Pool, bytes: number | 'unlimited'): Promise<void> {
    const { rows } = await pool.query('SELECT pid FROM pg_stat_activity');
    const [postmaster = ''] = readFileSync(join(server.dataDir, 'postmaster.pid'), 'utf8').split('\n');
    // As the user that the server runs as: a process may limit others of its own user.
    const { uid, gid } = statSync(server.dataDir);
    for (const pid of [postmaster, ...rows.map((row: { readonly pid: number }) => String(row.pid))]) {
      const { status } = spawnSync('prlimit', ['--pid', pid, `--fsize=${bytes}:unlimited`], { uid, gid });
      expect(status).toBe(0);
    }
  }

  test.each([
    ['each commit alone', {}],
    ['commits in batches', { batch: { lanes: 2 } }],
  ] as const)('what was told is stored, and what was not is refused: %s', async (_, options) => {
    const schema = `full_${'batch' in options}`;
    const pool = openPool(server.url, { connectionTimeoutMillis: 60_000 });
    await migrate(pool, { schema });
    const event = `${schema}.mfa_event`;
    const burst = await prepareBurst(postgresStore(pool, { schema, ...options }), testClock(), 12);
    // More than a segment of the write-ahead log, which can still be written then.
    await pool.query(
      `INSERT INTO ${event} SELECT 'filler', n, now(), to_json(repeat('x', 60)) FROM generate_series(1, 160000) n`,
    );
    const { rows } = await pool.query(`SELECT pg_relation_size('${event}')::int AS bytes`);
    await limit(pool, rows[0].bytes);
    const fill = async (n: number): Promise<unknown> =>
      pool.query(`INSERT INTO ${event} VALUES ('filler', $1, now(), to_json(repeat('x', 60)))`, [n]);
    await expect(
      (async () => {
        for (let n = 200_000; ; n += 1) await fill(n);
      })(),
    ).rejects.toThrow(/could not extend file/);
    // Some of the events find room, and others do not.
    await limit(pool, rows[0].bytes + 2 * PAGE_BYTES);
    try {
      const outcomes = [await burst.fire(), await burst.fire()].flat();
      expect(tally(outcomes)).toMatchObject({ store_unavailable: expect.any(Number) });
    } finally {
      await limit(pool, 'unlimited');
    }
    expect(tally(await burst.fire())).toMatchObject({ accepted: 24 });
    await burst.expectKept(postgresStore(pool, { schema }));
    await pool.end();
  });
});
