/** Bun and Deno, where this machine has them, or by npx where MFAKIT_TEST_RUNTIMES=npx allows a download of 80 MB. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundleWorker } from './bundle.ts';
import { DIGEST } from './hasher-probe.ts';
import { smoke } from './smoke.ts';

/**
 * How each runtime serves the module's default export: it prints its address when it listens. And the default hasher of
 * a host that runs from its installed packages there: Bun has the `crypto.argon2` of Node, Deno has not.
 */
const RUNTIMES = {
  bun: {
    version: '1.4.5',
    parameters: ['run', 'serve.mjs'],
    serve: `import app from './app.mjs';
      const server = Bun.serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
      console.log('http://127.0.0.1:' + server.port);`,
    run: ['run'],
    hasher: 'node:crypto',
  },
  deno: {
    version: '2.9.6',
    parameters: ['run', '--no-config', '--allow-net=127.0.0.1', 'serve.mjs'],
    serve: `import app from './app.mjs';
      const onListen = ({ port }) => console.log('http://127.0.0.1:' + port);
      Deno.serve({ port: 0, hostname: '127.0.0.1', onListen }, app.fetch);`,
    run: ['run', '--allow-read', '--allow-env', '--node-modules-dir=manual'],
    hasher: 'worker threads',
  },
} as const;

/** The command that starts a runtime; `null` where there is none. */
function commandOf(name: keyof typeof RUNTIMES): readonly [string, ...string[]] | null {
  if (spawnSync(name, ['--version']).status === 0) return [name];
  return process.env['MFAKIT_TEST_RUNTIMES'] === 'npx' ? ['npx', '--yes', `${name}@${RUNTIMES[name].version}`] : null;
}

/** Resolves with the address that the process prints. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (data: Buffer): void => {
      printed += data.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
      if (address !== undefined) resolve(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('exit', () => reject(new Error(`The server has ended: ${printed}`)));
  });
}

describe.each(Object.keys(RUNTIMES) as (keyof typeof RUNTIMES)[])('Hono in %s', (name) => {
  const command = commandOf(name);

  const title = command === null ? `${name} (skipped: set MFAKIT_TEST_RUNTIMES=npx to fetch it)` : name;

  test.skipIf(command === null)(title, { timeout: 180_000 }, async () => {
    const [program = '', ...first] = command ?? [];
    const folder = await mkdtemp(join(tmpdir(), 'mfakit-smoke-'));
    await writeFile(join(folder, 'app.mjs'), await bundleWorker('smoke-worker.ts'));
    await writeFile(join(folder, 'serve.mjs'), RUNTIMES[name].serve);
    // A group of its own: npx starts the runtime as a child, which must end with it.
    const child = spawn(program, [...first, ...RUNTIMES[name].parameters], { cwd: folder, detached: true });
    try {
      const address = await addressOf(child);
      await smoke((path, init) => fetch(address + path, init));
    } finally {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid);
      await rm(folder, { recursive: true });
    }
  });

  test.skipIf(command === null)(`R-45 the default hasher in ${title}`, { timeout: 180_000 }, () => {
    const [program = '', ...first] = command ?? [];
    const { run, hasher } = RUNTIMES[name];
    const { stdout, stderr } = spawnSync(program, [...first, ...run, 'hasher-main.ts'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    if (stdout === '') throw new Error(stderr);
    expect(JSON.parse(stdout)).toEqual({ hasher, digest: DIGEST });
  });
});
