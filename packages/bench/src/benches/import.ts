/** import: what it costs a fresh process to import core, and what core does not load. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Findings, Scale } from '../bench.ts';
import { duration, times } from '../format.ts';
import { median } from '../statistics.ts';

const AT_MOST = 2;
const LAZY = ['qr', 'hash-wasm'];

/** This package. Its dependencies are resolved from here. */
const bench = fileURLToPath(new URL('../../', import.meta.url));
const root = join(bench, '../..');

async function run({ smoke }: Scale): Promise<Findings> {
  buildIfMissing();
  const rounds = smoke ? 1 : 15;
  const tookUs: { core: number[]; zod: number[] } = { core: [], zod: [] };
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const zod = timeImport('zod');
    const ours = timeImport('@mfakit/core');
    tookUs.zod.push(zod);
    tookUs.core.push(ours);
    ratios.push(ours / zod);
  }
  const ratio = median(ratios);
  const modules = loadedModules();
  const loaded = LAZY.filter((name) => modules.some((url) => url.includes(`/node_modules/${name}/`)));
  return {
    text: [
      'Each import in a fresh process of its own, timed inside it, the files in the cache of the operating system. The ' +
        'core imports zod, so the ratio is never below 1.',
    ],
    tables: [
      {
        head: ['', 'time', 'to zod alone'],
        rows: [
          ['zod', duration(median(tookUs.zod)), '1 ×'],
          ['@mfakit/core', duration(median(tookUs.core)), times(ratio)],
        ],
        note: `${modules.length} modules are loaded; of ${LAZY.join(' and ')}: ${loaded.join(', ') || 'none'}.`,
      },
    ],
    targets: [
      {
        work: 'import of `@mfakit/core`',
        target: `at most ${AT_MOST} × zod alone`,
        figure: times(ratio),
        met: ratio <= AT_MOST,
        bound: 'files to open and compile, each about 0.3 ms: a bundle has one',
      },
      {
        work: 'import of `@mfakit/core`',
        target: `neither ${LAZY.join(' nor ')} loaded before first use`,
        figure: loaded.join(', ') || 'neither',
        met: loaded.length === 0,
      },
    ],
  };
}

/** @returns microseconds */
function timeImport(specifier: string): number {
  const script = `const start = performance.now(); await import('${specifier}'); console.log(performance.now() - start)`;
  return Number(inFreshProcess([], script)) * 1000;
}

/** The URLs of everything that is resolved when a process imports core and makes an instance. */
function loadedModules(): readonly string[] {
  const hook = `import { writeSync } from 'node:fs';
    export async function load(url, context, next) { writeSync(1, url + '\\n'); return next(url, context); }`;
  const register = `import { register } from 'node:module'; register('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(hook))});`;
  const script = `const { createMfa } = await import('@mfakit/core');
    const store = { read() {}, commit() {}, events() {}, scan() {} };
    createMfa({ issuer: 'Acme', store, keys: ['AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='], verifyPassword: 'passwordless' });`;
  const printed = inFreshProcess(['--import', `data:text/javascript,${encodeURIComponent(register)}`], script);
  return printed.split('\n').filter((line) => line.startsWith('file:'));
}

function inFreshProcess(flags: readonly string[], script: string): string {
  const args = ['--no-warnings', ...flags, '--input-type=module', '--eval', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: bench, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Resolves the public name to the built file. */
function buildIfMissing(): void {
  const [folder = '', module] = fileURLToPath(import.meta.resolve('@mfakit/core')).split(/[/\\](?:dist|src)[/\\]/);
  if (module === undefined) throw new Error('@mfakit/core is found where nothing of it is built');
  if (existsSync(join(folder, 'dist/index.js'))) return;
  const { status, stdout } = spawnSync('npm', ['run', 'build'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout);
}

/** The benchmark. */
export const importing: Bench = { name: 'import', title: 'Importing the core', run };
