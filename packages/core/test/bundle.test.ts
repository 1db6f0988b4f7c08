/** The hashers inside a bundle, in a process of their own. */
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const run = promisify(execFile);
const packageRoot = join(import.meta.dirname, '..');
const folders: string[] = [];

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** Bundles a script that hashes ten backup codes, and gives the path of the bundle. */
async function bundle(parent: string): Promise<string> {
  const folder = await mkdtemp(join(parent, '.bundle-'));
  folders.push(folder);
  const outfile = join(folder, 'app.mjs');
  await build({
    stdin: {
      contents: `
        import { createMfa } from '@mfakit/core';
        import { memoryStore } from '@mfakit/memory';
        const keys = ['${Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64')}'];
        const mfa = createMfa({ issuer: 'Acme', store: memoryStore(), keys, verifyPassword: 'passwordless' });
        const { backupCodes } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
        console.log(backupCodes.length);
      `,
      resolveDir: packageRoot,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@mfakit/source'],
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

test('a bundle beside node_modules hashes in threads, and its process ends by itself', async () => {
  const { stdout } = await run(process.execPath, [await bundle(packageRoot)], { timeout: 20_000 });
  expect(stdout.trim()).toBe('10');
});

test('a bundle far from node_modules hashes on its own thread', async () => {
  const { stdout } = await run(process.execPath, [await bundle(tmpdir())], { timeout: 20_000 });
  expect(stdout.trim()).toBe('10');
});
