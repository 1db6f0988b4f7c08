import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('conformance-on-bun.ts', import.meta.url));
const bun = spawnSync('bun', ['--version'], { encoding: 'utf8' });

test('the promises of the port on bun:sqlite', ({ skip }) => {
  skip(bun.status !== 0, 'there is no `bun` on the PATH');
  const { status, stdout, stderr } = spawnSync('bun', ['--conditions=@mfakit/source', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^(\d+) of \1 promises kept\n$/);
  expect(status).toBe(0);
});
