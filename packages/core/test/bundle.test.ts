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
        const make = () => createMfa({ issuer: 'Acme', store: memoryStore(), keys, verifyPassword: 'passwordless' });
        make();
        const mfa = make();
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

const late = (input: string): boolean => /hash-wasm|qrcode|noble\/hashes\/argon2|src\/(?:qr|png)\.ts/.test(input);

test('neither hash-wasm nor qrcode nor the QR code is loaded before its first use', async () => {
  const { metafile } = await build({
    entryPoints: [join(packageRoot, 'src/index.ts')],
    bundle: true,
    splitting: true,
    outdir: 'out',
    platform: 'node',
    format: 'esm',
    conditions: ['@mfakit/source'],
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  const chunks = Object.values(metafile.outputs);
  const loaded = new Set<string>();
  /** What a chunk imports statically is loaded with it; the rest waits behind an `import()`. */
  const load = (chunk: (typeof chunks)[number] | undefined): void => {
    for (const input of Object.keys(chunk?.inputs ?? {})) loaded.add(input);
    for (const { path, kind } of chunk?.imports ?? []) if (kind === 'import-statement') load(metafile.outputs[path]);
  };
  load(chunks.find(({ entryPoint }) => entryPoint?.endsWith('src/index.ts')));
  expect([...loaded].some((input) => input.endsWith('src/mfa.ts'))).toBe(true);
  expect([...loaded].filter(late)).toEqual([]);
  expect(Object.keys(metafile.inputs).some(late)).toBe(true);
});

test('a bundle beside node_modules hashes in threads, and its process ends by itself', async () => {
  const { stdout } = await run(process.execPath, [await bundle(packageRoot)], { timeout: 20_000 });
  expect(stdout.trim()).toBe('10');
});

const hasNative = 'argon2' in (process.getBuiltinModule?.('node:crypto') ?? {});

test('a bundle far from node_modules hashes on its own thread, and says once how to mend that', async () => {
  const { stdout, stderr } = await run(process.execPath, [await bundle(tmpdir())], { timeout: 20_000 });
  expect(stdout.trim()).toBe('10');
  const warnings = stderr.match(/MFAKIT_INLINE_HASHING/g) ?? [];
  expect(warnings).toHaveLength(hasNative ? 0 : 1);
  expect(stderr.includes('make hash-wasm external')).toBe(!hasNative);
});
