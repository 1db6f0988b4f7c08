/** The blocks of docs/store/d1.md: tsc compiles the TypeScript, workerd runs it, and D1 runs the SQL. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EMPTY_RECORD } from '@mfakit/core';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { d1Store, migrate, type D1Database } from '../src/index.ts';
import { sql } from './tables.ts';

const packageFolder = join(import.meta.dirname, '..');
const page = readFileSync(join(packageFolder, '../../docs/store/d1.md'), 'utf8');
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code = '']) => code);

const [worker, hasher, scheduled] = blocks('ts');
/** Inside the package, so that what the page imports is found. */
const folder = mkdtempSync(join(packageFolder, 'test', '.docs-'));
const WASM = "declare module '*.wasm' { const module: WebAssembly.Module; export default module; }\n";
/** Calls the blocks, and the hasher with a job of small cost. */
const MAIN = `
import worker from './block-0.ts';
import { wasmHasher } from './block-1.ts';
import scheduled from './block-2.ts';
const job = { message: new TextEncoder().encode('0123456789ABCDEF'), salt: new Uint8Array(16).fill(7), memoryKiB: 64,
  passes: 2, parallelism: 1, digestBytes: 32 };
export default {
  async fetch(request, env) {
    await scheduled.scheduled(null, env);
    const digest = [...(await wasmHasher(job))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return Response.json({ begun: await (await worker.fetch(request, env)).json(), digest });
  },
};`;

let runtime: Miniflare;
let database: D1Database;
beforeAll(async () => {
  for (const [index, code] of [worker, hasher, scheduled].entries()) {
    writeFileSync(join(folder, `block-${index}.ts`), code ?? '');
  }
  writeFileSync(join(folder, 'wasm.d.ts'), WASM);
  writeFileSync(join(folder, 'main.js'), MAIN);
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'main.js')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@mfakit/source', 'workerd', 'worker', 'browser'],
    external: ['node:*', '*.wasm'],
    write: false,
    logLevel: 'error',
  });
  const wasm = ['simd', 'no-simd'].map((name) => {
    const path = `argon2id/dist/${name}.wasm`;
    const file = join(dirname(createRequire(import.meta.url).resolve('argon2id')), `dist/${name}.wasm`);
    return { type: 'CompiledWasm' as const, path, contents: readFileSync(file) };
  });
  runtime = new Miniflare({
    modules: [{ type: 'ESModule', path: 'main.mjs', contents: outputFiles[0]?.text ?? '' }, ...wasm],
    compatibilityDate: '2026-07-01',
    d1Databases: { DB: 'docs' },
    bindings: { MFA_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=' },
  });
  database = await runtime.getD1Database('DB');
  await migrate(database);
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await runtime.dispose();
});

test('the Worker of the page serves, its hasher hashes, and its scheduled one prunes', async () => {
  const next = { revision: 'a', record: EMPTY_RECORD };
  const old = { userId: 'ann', seq: 1, at: 1, type: 'reset' } as const;
  await d1Store(database).commit({ userId: 'ann', expected: null, next, events: [old] });
  const answer: unknown = await (await runtime.dispatchFetch('http://localhost/')).json();
  expect(answer).toEqual({
    begun: { next: 'signed-in', sessionEpoch: 0, seq: 0 },
    // What hash-wasm and node:crypto compute of the same job.
    digest: '7d57467398f3727192fb17e86cb10cf84a841a5cad8168639eebecefc79901d6',
  });
  expect(await d1Store(database).events('ann', { limit: 1 })).toEqual([]);
});

test('the TypeScript compiles', () => {
  expect(blocks('ts')).toHaveLength(3);
  const options = {
    extends: '../../../../tsconfig.base.json',
    compilerOptions: { noEmit: true, rootDir: '../../../..', lib: ['es2023', 'dom'] },
    include: ['*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
  const root = createRequire(join(packageFolder, '../../package.json'));
  const compiler = join(dirname(root.resolve('typescript/package.json')), 'bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
});

test('the SQL runs', async () => {
  const statements = blocks('sql').flatMap((block) => block.split(/;\s*$/m).filter((text) => text.trim() !== ''));
  expect(statements).toHaveLength(2);
  for (const statement of statements) await sql(database, statement);
});
