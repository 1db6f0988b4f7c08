/** import: what it costs a fresh process to import core, and what core does not load. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Findings, Scale } from '../bench.ts';
import { at } from '../application.ts';
import { digits, duration, times } from '../format.ts';
import { median } from '../statistics.ts';
import { packagesBrought, programSize } from './brought.ts';

const LAZY = ['qrcode', 'qr', 'hash-wasm'];
const PACKAGES_AT_MOST = 8;
/** As in every size of this repository. */
const KB = 1024;
const GZIP_AT_MOST = 68 * KB;
const FLOOR = 'zod';

/** What a process imports, in the order in which it does. */
const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  [FLOOR]: ['zod'],
  '@mfakit/core': ['@mfakit/core'],
  '@mfakit/core, http and hono': ['@mfakit/core', '@mfakit/hono'],
  'hono, for comparison': ['hono'],
  otplib: ['otplib'],
  '@simplewebauthn/server': ['@simplewebauthn/server'],
};

/** Milliseconds. */
const AT_MOST: Readonly<Record<string, number>> = { '@mfakit/core': 40, '@mfakit/core, http and hono': 60 };

/** This package. Its dependencies are resolved from here. */
const bench = fileURLToPath(new URL('../../', import.meta.url));
const root = join(bench, '../..');

async function run({ smoke }: Scale): Promise<Findings> {
  buildIfMissing();
  const rounds = smoke ? 1 : 25;
  const tookUs = new Map(Object.keys(IMPORTS).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, specifiers] of Object.entries(IMPORTS)) tookUs.get(name)?.push(timeImport(specifiers));
  }
  const us = (name: string): number => median(tookUs.get(name) ?? []);
  const toFloor = (name: string): number => {
    const floor = tookUs.get(FLOOR) ?? [];
    return median((tookUs.get(name) ?? []).map((took, round) => took / at(floor, round)));
  };
  const modules = loadedModules();
  const loaded = LAZY.filter((name) => modules.some((url) => url.includes(`/node_modules/${name}/`)));
  const packages = packagesBrought(join(root, 'packages/core'));
  const parts = programSize(join(root, '.ci/sizes.json'));
  const gzip = parts.reduce((sum, part) => sum + part.gzip, 0);
  return {
    text: [
      'Each import in a fresh process of its own, timed inside it, the files in the cache of the operating system. The ' +
        'core has the small build of zod inside. zod alone is the large one: it shows how fast the machine is. A KB has ' +
        '1,024 bytes.',
    ],
    tables: [
      {
        head: ['', 'time', 'to zod alone'],
        rows: Object.keys(IMPORTS).map((name) => [name, duration(us(name)), times(toFloor(name))]),
        note: `${modules.length} modules are loaded with core; of ${LAZY.join(', ')}: ${loaded.join(', ') || 'none'}.`,
      },
      {
        head: ['a program with `createMfa`, as `npm run check:sizes` keeps it', 'minified + gzip'],
        rows: parts.map((part) => [part.name, `${digits(part.gzip / KB)} KB`]),
        note: `${packages.size} packages are installed with core: ${[...packages].toSorted().join(', ')}.`,
      },
    ],
    targets: [
      ...Object.entries(AT_MOST).map(([name, atMost]) => ({
        work: `import of \`${name}\`, cold`,
        target: `${atMost} ms or less`,
        figure: `${duration(us(name))} (zod alone: ${duration(us(FLOOR))})`,
        met: us(name) <= atMost * 1000,
        bound: 'files to open and compile; for http, the large build of zod',
      })),
      {
        work: 'import of `@mfakit/core`',
        target: 'no encoder of pictures and no hash-wasm loaded before first use',
        figure: loaded.join(', ') || 'none',
        met: loaded.length === 0,
      },
      {
        work: 'packages that core brings',
        target: `${PACKAGES_AT_MOST} or fewer`,
        figure: String(packages.size),
        met: packages.size <= PACKAGES_AT_MOST,
        bound: 'see the list',
      },
      {
        work: 'a program with `createMfa` and what Argon2id needs, minified + gzip',
        target: `${GZIP_AT_MOST / KB} KB or less`,
        figure: `${digits(gzip / KB)} KB`,
        met: gzip <= GZIP_AT_MOST,
        bound: 'a sixth each is zod and Argon2id, half is core itself: import, lists, policy and observer among it',
      },
    ],
  };
}

/** @returns microseconds */
function timeImport(specifiers: readonly string[]): number {
  const imports = specifiers.map((specifier) => `await import('${specifier}');`).join(' ');
  const script = `const start = performance.now(); ${imports} console.log(performance.now() - start)`;
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

/** Resolves the public names to the built files. A test run builds some packages and not others. */
function buildIfMissing(): void {
  const ours = Object.values(IMPORTS)
    .flat()
    .filter((name) => name.startsWith('@mfakit/'));
  if (ours.every(isBuilt)) return;
  const { status, stdout } = spawnSync('npm', ['run', 'build'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout);
}

function isBuilt(name: string): boolean {
  const [folder = '', module] = fileURLToPath(import.meta.resolve(name)).split(/[/\\](?:dist|src)[/\\]/);
  if (module === undefined) throw new Error(`${name} is found where nothing of it is built`);
  return existsSync(join(folder, 'dist/index.js'));
}

/** The benchmark. */
export const importing: Bench = { name: 'import', title: 'Importing the core', run };
