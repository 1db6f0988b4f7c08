import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { CodeHasher } from './code-hasher.ts';
import { createHashQueue } from './hash-queue.ts';
import { isLoadFailure } from './load-failure.ts';

const run = promisify(execFile);
const JOB = { message: new Uint8Array(1), salt: new Uint8Array(16), memoryKiB: 64, passes: 1, parallelism: 1 };

async function codeOf(hasher: CodeHasher): Promise<unknown> {
  const lease = createHashQueue(hasher).reserve('ann', 1);
  return lease.hash([{ ...JOB, digestBytes: 32 }]).then(
    () => 'done',
    (error: unknown) => (error as { readonly code?: unknown }).code,
  );
}

/** What Node itself throws when it runs this. */
async function thrownBy(statement: string): Promise<Error> {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-load-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = `
    import { writeFileSync } from 'node:fs';
    import { createRequire } from 'node:module';
    const require = createRequire(${JSON.stringify(join(folder, 'x.js'))});
    writeFileSync('addon.node', 'no library');
    writeFileSync('x.mjs', "import 'no-such-package';");
    try { ${statement} } catch ({ name, message, code }) { console.log(JSON.stringify({ name, message, code })); }`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: folder });
  const { name, message, code } = JSON.parse(stdout) as { name: string; message: string; code?: string };
  return Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });
}

test.each([
  ['a package that is missing', "await import('no-such-package')"],
  ['a module whose own package is missing', "await import(process.cwd() + '/x.mjs')"],
  ['a required package that is missing', "require('no-such-package')"],
  ['an add-on that is none', "require('./addon.node')"],
  ['WebAssembly that is none', 'await WebAssembly.compile(new Uint8Array(8))'],
])('a hasher that cannot load %s is hasher_unavailable', async (_what, statement) => {
  const error = await thrownBy(statement);
  expect(await codeOf(() => Promise.reject(error))).toBe('hasher_unavailable');
  expect(await codeOf(() => Promise.reject(new Error('no hash', { cause: error })))).toBe('hasher_unavailable');
});

test.each([
  'Dynamic require of "fs" is not supported', // esbuild
  "Cannot find package 'argon2' imported from /app/hash.js", // Bun
  'No such module "argon2".', // workerd
])('%s: of a bundle or another runtime', (message) => {
  expect(isLoadFailure(new Error(message))).toBe(true);
});

test.each([
  new Error('queue is full'),
  new RangeError('hasher must give 32 bytes'),
  Object.assign(new Error('no memory'), { code: 'ERR_OUT_OF_MEMORY' }),
  'MODULE_NOT_FOUND',
  null,
])('%s is no load failure, and busy', async (thrown) => {
  expect(isLoadFailure(thrown)).toBe(false);
  expect(await codeOf(() => Promise.reject(thrown))).toBe('busy');
});
