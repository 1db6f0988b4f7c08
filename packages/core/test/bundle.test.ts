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

/** Bundles an application that sets a factor up and draws its QR code; gives the path of the bundle, alone in a folder. */
async function bundle(parent: string): Promise<string> {
  const folder = await mkdtemp(join(parent, '.bundle-'));
  folders.push(folder);
  const outfile = join(folder, 'app.mjs');
  await build({
    stdin: {
      contents: `
        import { createMfa } from '@mfakit/core';
        import { qrPngDataUrl, qrSvg, qrText } from '@mfakit/core/qr';
        import { memoryStore } from '@mfakit/memory';
        const keys = ['${Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64')}'];
        const make = () => createMfa({ issuer: 'Acme', store: memoryStore(), keys, verifyPassword: 'passwordless' });
        make();
        const mfa = make();
        const { backupCodes, uri } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
        console.log(backupCodes.length);
        await mfa.check();
        const pictures = [await qrPngDataUrl(uri), await qrSvg(uri), await qrText(uri)];
        console.log(pictures.map((picture) => picture.length > 500).join());
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

const late = (input: string): boolean =>
  /node_modules\/(?:hash-wasm|qr)\/|noble\/hashes\/argon2|src\/(?:qr|png)\.ts/.test(input);

test('neither hash-wasm nor qr nor the QR code is loaded before its first use', async () => {
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
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.some(late)).toBe(true);
  // Of hash-wasm the two parts that are used.
  const parts = inputs
    .filter((input) => input.includes('/node_modules/hash-wasm/'))
    .map((input) => input.split('/').at(-1));
  expect(new Set(parts)).toEqual(new Set(['argon2.umd.min.js', 'bcrypt.umd.min.js']));
});

test('a bundle beside node_modules hashes in threads, and its process ends by itself', async () => {
  const { stdout } = await run(process.execPath, [await bundle(packageRoot)], { timeout: 20_000 });
  expect(stdout.split('\n')).toEqual(['10', 'true,true,true', '']);
});

const hasNative = 'argon2' in (process.getBuiltinModule?.('node:crypto') ?? {});

test('a bundle far from node_modules hashes on its own thread, and says once how to mend that', async () => {
  // pnpm's shim of the test runner leads every child to all installed packages.
  const env = { ...process.env, NODE_PATH: '' };
  const { stdout, stderr } = await run(process.execPath, [await bundle(tmpdir())], { timeout: 20_000, env });
  expect(stdout.split('\n')).toEqual(['10', 'true,true,true', '']);
  const warnings = stderr.match(/MFAKIT_INLINE_HASHING/g) ?? [];
  expect(warnings).toHaveLength(hasNative ? 0 : 1);
  expect(stderr.includes('make hash-wasm external')).toBe(!hasNative);
});
