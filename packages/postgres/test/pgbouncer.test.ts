import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@mfakit/postgres-server';
import { storeCases } from '@mfakit/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresStore } from '../src/index.ts';
import { openDatabase, openPool, unchecked, type TestDatabase } from './database.ts';

const PROGRAM = 'pgbouncer';
const installed = spawnSync(PROGRAM, ['--version']).status === 0;
const title = installed
  ? 'through PgBouncer in transaction mode'
  : 'through PgBouncer in transaction mode (skipped: there is no program `pgbouncer`; on Debian: apt-get install pgbouncer)';

/** Starts PgBouncer with three server connections for everyone, so that statements of one client meet all of them. */
async function startPgBouncer(
  folder: string,
  url: string,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const server = new URL(url);
  const port = await freePort();
  const user = decodeURIComponent(server.username);
  const password = server.password === '' ? '' : ` password=${decodeURIComponent(server.password)}`;
  const config = [
    '[databases]',
    `app = host=${server.hostname} port=${server.port || 5432} dbname=${server.pathname.slice(1)} user=${user}${password}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    'default_pool_size = 3',
    'ignore_startup_parameters = extra_float_digits',
  ];
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, config.join('\n'));
  // It refuses to run as root.
  chmodSync(folder, 0o755);
  const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn(PROGRAM, [file], { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder, ...asNobody });
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('process up')) resolve();
    });
    child.once('exit', () => reject(new Error(`PgBouncer did not start: ${log}`)));
  });
  return { child, url: `postgres://app@127.0.0.1:${port}/app` };
}

describe.runIf(installed)(title, () => {
  let folder: string;
  let database: TestDatabase;
  let schema: string;
  let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;
  let pools: readonly [pg.Pool, pg.Pool];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mfakit-pgbouncer-'));
    database = await openDatabase();
    schema = await database.createSchema();
    bouncer = await startPgBouncer(folder, database.url);
    pools = [openPool(bouncer.url), openPool(bouncer.url)];
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    const exited = once(bouncer.child, 'exit');
    bouncer.child.kill('SIGTERM');
    await exited;
    await database.dropSchema(schema);
    await database.close();
    rmSync(folder, { recursive: true });
  });

  const cases = storeCases(async () => {
    await database.empty(schema);
    const [one, other] = pools;
    return { connections: [unchecked(postgresStore(one, { schema })), unchecked(postgresStore(other, { schema }))] };
  });
  for (const { name, run } of cases) test(name, run);

  test('sixteen connections of clients share three of the server', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, async (_, index) => {
        const { rows } = await pools[index % 2 === 0 ? 0 : 1].query('SELECT pg_backend_pid() AS pid');
        return rows[0]?.pid as number;
      }),
    );
    expect(new Set(answers).size).toBeLessThanOrEqual(3);
  });
});
