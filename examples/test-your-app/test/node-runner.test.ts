/** The tests in app.node.ts, in the test runner of Node. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

test('app.node.ts passes in node:test', () => {
  const file = join(import.meta.dirname, 'app.node.ts');
  // Node 26 finds the way by which .ci/typescript.mjs hooks in old.
  const args = [
    '--no-deprecation',
    '--conditions=@mfakit/source',
    '--import',
    './.ci/typescript.mjs',
    '--test-reporter=tap',
    file,
  ];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toContain('# pass 2');
  expect(status).toBe(0);
});
