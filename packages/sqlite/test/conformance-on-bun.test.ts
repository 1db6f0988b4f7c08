/** bun:sqlite, where this machine has Bun, or by npx where MFAKIT_TEST_RUNTIMES=npx allows a download of 80 MB. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('conformance-on-bun.ts', import.meta.url));
const installed = spawnSync('bun', ['--version']).status === 0;
const byNpx = process.env['MFAKIT_TEST_RUNTIMES'] === 'npx';

test('the promises of the port on bun:sqlite', ({ skip }) => {
  skip(!installed && !byNpx, 'there is no `bun` on the PATH (set MFAKIT_TEST_RUNTIMES=npx to fetch it)');
  const [command, ...parameters] = installed ? (['bun'] as const) : (['npx', '--yes', 'bun@1.4.5'] as const);
  const ran = spawnSync(command, [...parameters, '--conditions=@mfakit/source', program], { encoding: 'utf8' });
  expect(ran).toMatchObject({ status: 0, stdout: expect.stringMatching(/^(\d+) of \1 promises kept\n$/) });
});
