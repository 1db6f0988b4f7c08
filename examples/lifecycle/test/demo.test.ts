import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

const example = join(import.meta.dirname, '..');
const root = join(example, '../..');

function node(...args: readonly string[]): SpawnSyncReturns<string> {
  // Conditions given to the test runner must not reach the child: it runs what was built, as users do.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return spawnSync(process.execPath, args, { cwd: example, env, encoding: 'utf8', timeout: 60_000 });
}

// As `npm run demo:lifecycle` does, for this example and what it needs.
beforeAll(() => {
  const typescript = dirname(createRequire(join(root, 'package.json')).resolve('typescript/package.json'));
  const { status, stdout } = node(join(typescript, 'bin/tsc'), '-b', 'tsconfig.json');
  expect(stdout).toBe('');
  expect(status).toBe(0);
}, 120_000);

test('the built demo tells the walk and exits 0', () => {
  const { status, stdout, stderr } = node('dist/main.js');
  expect(stderr).toBe('');
  expect(stdout).toContain('4.1   They have the password and send 200 guesses at once, to two servers.');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('Every step ended as the library promises.');
  expect(status).toBe(0);
});

test('the built demo exits 1 if a step misbehaves', () => {
  // Loaded before the demo: locks vanish from the rows of the memory store as they are read.
  const sabotage = `
    const get = Map.prototype.get;
    Map.prototype.get = function (key) {
      const found = get.call(this, key);
      if (typeof found?.revision !== 'string' || typeof found.record !== 'string') return found;
      return { ...found, record: found.record.replace(/"lockedUntil":[0-9.e+]+/, '"lockedUntil":null') };
    };`;
  const { status, stdout } = node('--import', `data:text/javascript,${encodeURIComponent(sabotage)}`, 'dist/main.js');
  expect(stdout).toMatch(/\nStep 4\.1 misbehaved: /);
  expect(status).toBe(1);
});
