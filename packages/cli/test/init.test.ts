import { randomBytes } from 'node:crypto';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@mfakit/postgres-server';
import { virtualAuthenticator } from '@mfakit/testkit';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeBundle } from './bundle.ts';
import { run } from './run.ts';

const PACKAGE = join(import.meta.dirname, '..');
const ROOT = join(PACKAGE, '../..');
/** A compiler run takes seconds, and many of them on a machine that does other things. */
const COMPILING_MS = 120_000;
const PASSWORD = 'correct horse battery staple';

let folder: string;
beforeEach(() => {
  // Inside the package, so that what is written finds what it imports.
  mkdirSync(join(PACKAGE, 'node_modules/.cache'), { recursive: true });
  folder = mkdtempSync(join(PACKAGE, 'node_modules/.cache/init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(() => removeBundle());

const init = (args = '') => run(['init', ...args.split(' ').filter((word) => word !== '')], { cwd: folder });

/** As in a project whose tsconfig.json is strict. */
function typeCheck(files: readonly string[], options: object = {}): string {
  const compilerOptions = { noEmit: true, rootDir: ROOT, lib: ['es2023', 'dom', 'dom.iterable'], ...options };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(ROOT, 'tsconfig.base.json'), compilerOptions, files }),
  );
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' }).stdout;
}

describe.each(['express', 'hono'])('init %s', (framework) => {
  test('writes one file that type-checks', { timeout: COMPILING_MS }, async () => {
    const { code, stdout, stderr } = await init(framework);
    expect(code).toBe(0);
    expect(stdout).toBe('mfa-server.ts\twritten\n.gitignore\twritten\n.env\twritten\n');
    expect(stderr).toContain(`npm install ${framework}`);
    expect(typeCheck(['mfa-server.ts'])).toBe('');
  });

  test('writes one file that answers, from the sign-up to a fresh second factor', async () => {
    await init(framework);
    const server = await start();
    try {
      await walk(server.url);
    } finally {
      server.stop();
    }
  });
});

test('init next writes a handler and its route, which type-check', { timeout: COMPILING_MS }, async () => {
  mkdirSync(join(folder, 'src/app'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies: { next: '16' } }));
  expect((await init()).code).toBe(0);
  const files = ['src/lib/mfa.ts', 'src/app/api/auth/[...path]/route.ts'];
  expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
  // As create-next-app sets it up.
  expect(typeCheck(files, { module: 'esnext', moduleResolution: 'bundler', allowImportingTsExtensions: true })).toBe(
    '',
  );
});

describe('what is there is kept', () => {
  test('a starting file: nothing is written', async () => {
    writeFileSync(join(folder, 'mfa-server.ts'), 'mine');
    expect(await init('hono')).toMatchObject({ code: 1, stdout: '' });
    expect(readFileSync(join(folder, 'mfa-server.ts'), 'utf8')).toBe('mine');
    expect(existsSync(join(folder, '.env'))).toBe(false);
  });

  test('a key, and a line of .gitignore', async () => {
    writeFileSync(join(folder, '.env'), 'PORT=1\nMFAKIT_KEYS=mine\n');
    writeFileSync(join(folder, '.gitignore'), '.env*\n');
    expect((await init('hono')).stdout).toContain('.gitignore\tkept\n.env\tkept\n');
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe('PORT=1\nMFAKIT_KEYS=mine\n');
  });

  test('other variables: the key goes below them', async () => {
    writeFileSync(join(folder, '.env'), 'PORT=1');
    await init('hono');
    expect(readFileSync(join(folder, '.env'), 'utf8')).toMatch(/^PORT=1\nMFAKIT_KEYS=[\w+/]{43}=\n$/);
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('.env\n');
  });
});

test('the key is in no output, and in a file for its owner alone', async () => {
  const { stdout, stderr } = await init('express');
  const file = join(folder, '.env');
  const [, key = ''] = /=(.*)\n/.exec(readFileSync(file, 'utf8')) ?? [];
  expect(Buffer.from(key, 'base64')).toHaveLength(32);
  expect(stdout + stderr).not.toContain(key);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a project of no known framework: says which there are', async () => {
  expect(await init()).toMatchObject({ code: 2, stdout: '' });
  expect((await init()).stderr).toContain('express|hono|next');
  expect(await init('koa')).toMatchObject({ code: 2 });
});

/** Node 20 reads no TypeScript: the file is bundled, with what it imports. */
async function start(): Promise<{ readonly url: string; readonly stop: () => void }> {
  const bundle = await rolldown({
    input: join(folder, 'mfa-server.ts'),
    platform: 'node',
    external: ['express', /^hono/, '@hono/node-server'],
    resolve: { conditionNames: ['@mfakit/source', 'module', 'import', 'node', 'default'] },
  });
  const file = join(folder, 'server.mjs');
  await bundle.write({ file, codeSplitting: false });
  await bundle.close();
  const port = await freePort();
  const [, key = ''] = /=(.*)\n/.exec(readFileSync(join(folder, '.env'), 'utf8')) ?? [];
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1', MFAKIT_KEYS: key, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await firstLine(child);
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill('SIGKILL') };
}

async function firstLine(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`The server ended: ${code}`)));
  });
}

async function walk(url: string): Promise<void> {
  let cookie = '';
  const post = async (path: string, body: object = {}) => {
    const response = await fetch(`${url}/api${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    });
    const [set] = response.headers.getSetCookie();
    cookie = set?.split(';')[0] ?? cookie;
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };
  const account = { email: `${randomBytes(4).toString('hex')}@example.org`, password: PASSWORD };
  expect((await post('/auth/totp/setup')).status).toBe(401);
  expect((await post('/auth/sign-up', account)).status).toBe(201);
  expect((await post('/auth/sign-up', account)).status).toBe(409);
  expect((await post('/auth/login', { ...account, password: 'wrong' })).status).toBe(401);
  expect((await post('/auth/login', account)).body).toEqual({ authenticated: true });
  expect((await post('/transfer')).status).toBe(401);
  const { body: setup } = await post('/auth/totp/setup');
  const phone = virtualAuthenticator(String(setup['otpauth_uri']));
  const spent = Date.now();
  expect((await post('/auth/totp/confirm', { code: phone.code(spent) })).status).toBe(200);
  expect((await post('/transfer')).body).toEqual({ transferred: true });
  const { body: asked } = await post('/auth/login', account);
  expect(asked['mfa_required']).toBe(true);
  const verify = { mfa_token: asked['mfa_token'], code: phone.code(spent + 30_000) };
  expect((await post('/auth/totp-verify', verify)).status).toBe(200);
  const [backupCode] = setup['backup_codes'] as readonly string[];
  expect((await post('/auth/totp/disable', { password: PASSWORD, backup_code: backupCode })).status).toBe(200);
}
