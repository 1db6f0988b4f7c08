/** Imports of three sources into PostgreSQL, killed at random and run again, while people already use what came over. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mfa } from '@mfakit/core';
import { migrate, postgresStore } from '@mfakit/postgres';
import { startPostgres, type PostgresServer } from '@mfakit/postgres-server';
import { testClock } from '@mfakit/testkit';
import { build } from 'esbuild';
import { Secret, TOTP } from 'otpauth';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOW, openApplication, type ImportTask, type Told } from './import-application.ts';
import { MANY, backupCodeOf, secretOf } from './many-users.ts';

/** `MFAKIT_TEST_LONG=1`: ten thousand users of each source, each import killed twenty times. */
const LONG = process.env['MFAKIT_TEST_LONG'] === '1';
const USERS = LONG ? 10_000 : 300;
const KILLS = LONG ? 20 : 3;

const worker = fileURLToPath(new URL('import-worker.ts', import.meta.url));
const folder = mkdtempSync(join(dirname(worker), '..', 'node_modules', 'worker-'));
const bundle = join(folder, 'worker.mjs');
/** Later than the import, so that the codes of this minute are good. */
const clock = testClock(NOW + 3_600_000);
const schema = 'killed';
let server: PostgresServer;
let mfa: Mfa;
let pool: Pool;

beforeAll(async () => {
  server = await startPostgres({ settings: { fsync: 'off', full_page_writes: 'off' } });
  ({ mfa, pool } = openApplication({ url: server.url, schema }, clock));
  await migrate(pool, { schema });
  await build({
    entryPoints: [worker],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@mfakit/source'],
    external: ['hash-wasm', 'pg'],
    logLevel: 'error',
  });
}, 120_000);

afterAll(async () => {
  await pool.end();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the import, and tells each thing that the process says. */
function start(source: number, told: (message: Told) => void): ChildProcess {
  const child = fork(bundle, { execArgv: [] });
  child.on('message', told);
  child.send({ url: server.url, schema, users: USERS, source } satisfies ImportTask);
  return child;
}

/** Kills the import as soon as it has told of so many users, and resolves once it is gone. */
async function killedAfter(source: number, users: number): Promise<void> {
  const child = start(source, (message) => {
    if ('outcomes' in message || message.reported >= users) child.kill('SIGKILL');
  });
  await once(child, 'exit');
}

async function finished(source: number): Promise<Readonly<Record<string, number>>> {
  let outcomes: Readonly<Record<string, number>> = {};
  const child = start(source, (message) => {
    if ('outcomes' in message) ({ outcomes } = message);
  });
  await once(child, 'exit');
  return outcomes;
}

function codeOf(userId: string): string {
  const secret = Secret.fromHex(secretOf(userId).toString('hex'));
  return new TOTP({ secret }).generate({ timestamp: clock() });
}

function stored(userId: string): Promise<unknown> {
  return postgresStore(pool, { schema }).read(userId);
}

async function tokenOf(userId: string): Promise<string> {
  const begun = await mfa.begin(userId);
  if (begun.next === 'signed-in') throw new Error('no token');
  return begun.token;
}

/** What people do with what came over; each leaves the record other than the import did. */
const CHANGES: readonly ((userId: string) => Promise<unknown>)[] = [
  async (userId) => mfa.verify({ token: await tokenOf(userId), code: codeOf(userId) }),
  (userId) => mfa.reset(userId),
  (userId) => mfa.regenerate(userId, { code: codeOf(userId) }),
  async (userId) => mfa.verify({ token: await tokenOf(userId), code: codeOf(userId) }).then(() => mfa.forget(userId)),
  async (userId) => {
    // Those of FastAPI have no codes here.
    const { backupCodesRemaining } = await mfa.status(userId);
    if (backupCodesRemaining === 0) return mfa.enforce(userId, { from: new Date(clock()) });
    return mfa.verify({ token: await tokenOf(userId), backupCode: backupCodeOf(userId) });
  },
];

describe.each(MANY.map((many, source) => ({ ...many, source, name: many.source })))('$name', ({ source, userId }) => {
  test('every user once, nobody locked, and no change lost', { timeout: LONG ? 900_000 : 120_000 }, async () => {
    const changed = new Map<string, unknown>();
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const reached = Math.ceil(((kill + Math.random()) / (KILLS + 2)) * USERS);
      await killedAfter(source, reached);
      for (let some = 0; some < 5; some += 1) {
        const user = userId(Math.floor(Math.random() * reached));
        if (changed.has(user)) continue;
        await CHANGES[some]?.(user);
        changed.set(user, await stored(user));
      }
    }
    expect(changed.size).toBeGreaterThan(KILLS);

    const { imported = 0, unchanged = 0, kept = 0, ...other } = await finished(source);
    expect(other).toEqual({});
    expect(imported + unchanged + kept).toBe(USERS);
    expect(imported).toBeGreaterThan(0);
    for (const [user, record] of changed) expect(await stored(user), 'a change was lost').toEqual(record);
    expect(await finished(source)).toEqual({ unchanged: unchanged + imported, ...(kept > 0 && { kept }) });

    const { rows } = await pool.query<{ user_id: string; times: number }>(
      `SELECT user_id, count(*)::int AS times FROM ${schema}.mfa_event
       WHERE event->>'type' = 'imported' AND user_id LIKE $1 GROUP BY user_id`,
      [userId(0).replace('0', '%')],
    );
    expect(rows.every(({ times }) => times === 1)).toBe(true);
    expect(rows.length).toBeGreaterThanOrEqual(USERS - changed.size);
    for (let index = 0; index < USERS; index += 1) {
      const { locked, enabled } = await mfa.status(userId(index));
      expect([locked, enabled || changed.has(userId(index))]).toEqual([false, true]);
    }
  });

  test('whoever came over signs in', async () => {
    for (let index = 0; index < 5; index += 1) {
      const user = userId(Math.floor((index / 5) * USERS));
      if (!(await mfa.status(user)).enabled) continue;
      clock.advance({ minutes: 2 });
      expect(await mfa.verify({ token: await tokenOf(user), code: codeOf(user) })).toMatchObject({ method: 'totp' });
    }
  });
});
