import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundledMain, removeBundle } from './bundle.ts';
import { run } from './run.ts';
import { createProgram } from '../src/program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mfakit-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(() => removeBundle());

const TELL_CPU = `data:text/javascript,
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    console.error('CPU', user + system);
  })`;

/** The processor's time that a program takes, in microseconds: what else the machine does hardly counts. */
const cpuTime = (args: readonly string[]): number => {
  const { stderr } = spawnSync(process.execPath, ['--import', TELL_CPU, ...args], { cwd: folder, encoding: 'utf8' });
  return Number(/CPU (\d+)/.exec(stderr)?.[1]);
};

const least = (args: readonly string[]): number => Math.min(...Array.from({ length: 7 }, () => cpuTime(args)));

const file = (name: string, text: string): void => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
};

test('--help lists every command, and the exit codes', async () => {
  const { code, stdout } = await run(['--help'], { cwd: folder });
  expect(code).toBe(0);
  for (const command of createProgram().commands) expect(stdout).toContain(`  ${command.name()} `);
  for (const exit of [0, 1, 2, 3, 4, 130]) expect(stdout).toContain(`\n  ${exit}  `);
});

test('--help loads no more than it needs: it takes little longer than Node itself', async () => {
  const main = await bundledMain();
  const ratio = least([main, '--help']) / least(['-e', '0']);
  // 150 ms where Node 20 takes 40 would be too much; the newest starts faster itself.
  expect(ratio).toBeLessThan(3.75);
});

test('a command that does not exist: names one that does', async () => {
  const { code, stderr } = await run(['statsu'], { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toContain('stats');
  expect((await run([], { cwd: folder })).code).toBe(2);
});

test('nothing says where the users are: ends with 2, and names the variable', async () => {
  const { code, stderr } = await run(['stats'], { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toContain('MFAKIT_DATABASE_URL');
});

test.each([
  ['a scheme that is not known', 'mongodb://localhost/app', 'must begin with'],
  ['a file that is not there', 'sqlite:missing.db', 'mfakit migrate'],
])('%s: says what to do', async (_name, url, what) => {
  const { code, stderr } = await run(['stats'], { cwd: folder, env: { MFAKIT_DATABASE_URL: url } });
  expect(code).toBe(1);
  expect(stderr).toContain(what);
});

test('migrate makes the file, and users can be counted', async () => {
  const options = { cwd: folder, env: { MFAKIT_DATABASE_URL: 'sqlite:mfa.db' } };
  expect(await run(['migrate', '--outbox'], options)).toMatchObject({ code: 0, stdout: '' });
  expect((await run(['stats'], options)).stdout).toContain('users\t0\n');
  expect((await run(['outbox', 'status'], options)).stdout).toContain('waiting\t0\n');
});

test("the operator's own driver comes first, and one that does not load is named", async () => {
  file('node_modules/pg/index.js', "throw new Error('built for another Node');");
  const env = { MFAKIT_DATABASE_URL: 'postgres://localhost/app' };
  const { code, stderr } = await run(['stats'], { cwd: folder, env });
  expect(code).toBe(1);
  expect(stderr).toContain('The package pg is there, but does not load: built for another Node');
});

describe('a configuration file', () => {
  const CONFIG = `
    const store = {
      read: async () => null, commit: async () => true, events: async () => [], scan: async () => [],
    };
    export default { store: () => store, keys: ['q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80='], close: async () => console.error('closed') };
  `;

  test('in the folder is found; its store is closed in the end', async () => {
    file('mfakit.config.mjs', CONFIG);
    const { code, stdout, stderr } = await run(['keys'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[\w-]{11}\tseals\t0\n$/);
    expect(stderr).toBe('closed\n');
  });

  test('elsewhere is named by a flag', async () => {
    file('config/mfa.mjs', CONFIG);
    expect(await run(['stats', '--config', 'config/mfa.mjs'], { cwd: folder })).toMatchObject({ code: 0 });
    expect(await run(['stats', '--config', 'none.mjs'], { cwd: folder })).toMatchObject({ code: 2 });
  });

  test('that exports nothing, or does not load, is named', async () => {
    file('mfakit.config.mjs', 'export const x = 1;');
    expect((await run(['stats'], { cwd: folder })).stderr).toContain('must export an object');
    file('mfakit.config.mjs', 'throw new Error("no such variable");');
    expect((await run(['stats'], { cwd: folder })).stderr).toContain(
      'mfakit.config.mjs does not load. Cause: no such variable',
    );
  });

  const readsTypeScript = 'typescript' in process.features && process.features.typescript !== false;
  test('in TypeScript needs a Node that reads it', async () => {
    file('mfakit.config.ts', CONFIG.replace('read: async ()', 'read: async (_id: string)'));
    const { code, stderr } = await run(['stats'], { cwd: folder });
    expect(code).toBe(readsTypeScript ? 0 : 2);
    expect(stderr.includes('Node 22.18')).toBe(!readsTypeScript);
  });
});

test('every command ends by itself if standard input is closed and nothing is set', { timeout: 120_000 }, async () => {
  const required = { prune: ['--before', '1d'], import: ['columns', '--rows', '-'] } as Record<
    string,
    readonly string[]
  >;
  for (const command of createProgram().commands) {
    const args = [command.name(), ...(required[command.name()] ?? command.registeredArguments.map(() => 'a'))];
    const { code } = await run(args, { cwd: folder });
    expect([args, [0, 1, 2, 4].includes(code ?? -1)]).toEqual([args, true]);
  }
});
