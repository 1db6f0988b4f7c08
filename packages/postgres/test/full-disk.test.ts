/** A disk that is full: the events of a batch do not fit any more. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

/** A segment of the write-ahead log has this size: it can still be written. */
const LIMIT_BYTES = 16 * 1024 * 1024;

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
    for (const pid of [postmaster, ...rows.map((row: { readonly pid: number }) => String(row.pid))]) {
      expect(spawnSync('prlimit', ['--pid', pid, `--fsize=${bytes}:unlimited`]).status).toBe(0);
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
    await pool.query(
      `INSERT INTO ${event} SELECT 'filler', n, now(), to_json(repeat('x', 900)) FROM generate_series(1, 16500) n`,
    );
    // Up to the last pages, in which some of the events still find room.
    for (let n = 20_000; ; n += 1) {
      const { rows } = await pool.query(`SELECT pg_relation_size('${event}')::int AS bytes`);
      if (rows[0].bytes >= LIMIT_BYTES) break;
      await pool.query(`INSERT INTO ${event} VALUES ('filler', $1, now(), to_json(repeat('x', 900)))`, [n]);
    }
    await limit(pool, LIMIT_BYTES);
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
