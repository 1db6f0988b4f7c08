/** The small examples: the one command of each README starts it, and each is short enough to be read. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesUnder } from './files-under.ts';
import { ROOT } from './pages.ts';

const MOST_LINES = 200;
/** What stands for the tools of a platform is no part of the example. */
const STANDS_FOR_TOOLS = ['local.ts', 'mailbox.ts'];

const folderOf = (name: string): string => join(ROOT, 'examples', name);
const textOf = (...path: readonly string[]): string => readFileSync(join(ROOT, 'examples', ...path), 'utf8');
const commandOf = (name: string): string => {
  const { scripts } = JSON.parse(textOf(name, 'package.json')) as { readonly scripts: Record<string, string> };
  return scripts['start'] ?? '';
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test.each(['workers-d1', 'magic-link', 'move-from-otplib', 'test-your-app'])('%s is short', (name) => {
  const files = filesUnder(join(folderOf(name), 'src')).filter(
    (path) => !STANDS_FOR_TOOLS.some((tool) => path.endsWith(tool)),
  );
  const lines = files.flatMap((path) => readFileSync(path, 'utf8').split('\n'));
  const code = lines.filter((line) => !/^\s*(?:$|\/[/*]|\*)/.test(line));
  expect(code.length).toBeGreaterThan(40);
  expect(code.length).toBeLessThanOrEqual(MOST_LINES);
});

test.each(['workers-d1', 'magic-link', 'move-from-otplib'])('the README of %s names its command', (name) => {
  expect(textOf(name, 'README.md')).toContain(`npm start --prefix examples/${name}\n`);
  expect(commandOf(name)).toContain('src/main.ts');
});

test('the README of test-your-app names its command', () => {
  expect(textOf('test-your-app', 'README.md')).toContain('npm test --prefix examples/test-your-app\n');
});

test('the hasher of workers-d1 is the one of the page about D1', () => {
  const [shown = ''] =
    /export const wasmHasher[\s\S]*?^};/m.exec(readFileSync(join(ROOT, 'docs/store/d1.md'), 'utf8')) ?? [];
  expect(shown).toContain('hash({');
  expect(textOf('workers-d1', 'src/hasher.ts')).toContain(shown);
});

test('move-from-otplib tells its story and ends', () => {
  const options = { cwd: folderOf('move-from-otplib'), shell: true, encoding: 'utf8' } as const;
  const { stdout, status } = spawnSync(commandOf('move-from-otplib'), options);
  expect(status).toBe(0);
  expect(stdout).toContain('ann: signed in\n');
});

describe.each([
  ['workers-d1', '/api/auth/totp/status', 401],
  ['magic-link', '/', 200],
])('%s', (name, path, status) => {
  test('starts and answers', async () => {
    const port = await freePort();
    const [program = '', ...args] = commandOf(name).split(' ');
    const env = { ...process.env, PORT: String(port) };
    const child = spawn(program, args, { cwd: folderOf(name), env, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = await once(child.stdout, 'data');
      expect(String(line)).toContain(String(port));
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(status);
    } finally {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
  });
});
