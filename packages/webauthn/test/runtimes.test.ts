/** Other runtimes: the same outcomes in workerd, and in Bun and Deno if they are here or MFAKIT_TEST_RUNTIMES=npx. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { softwareKey } from '@mfakit/testkit';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { beforeAll, describe, expect, test } from 'vitest';
import { CREATION, REQUEST } from './party.ts';
import { VECTORS } from './w3c-vectors.ts';
import { perform, type Job } from './worker.ts';

const RUNTIMES = {
  bun: { version: '1.4.5', run: ['run'] },
  deno: { version: '2.9.6', run: ['run', '--no-config'] },
} as const;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

const POINT_X = '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296';
const MODULUS = 'ff'.repeat(256);
/** Runtimes differ in which of these they import. */
const WRONG_KEYS = [
  `a5 0102 0326 2001 215820${POINT_X} 225820${POINT_X}`,
  `a4 0101 0327 2006 215820 01${'00'.repeat(31)}`,
  `a4 0101 0327 2006 215820 02${'00'.repeat(31)}`,
  `a4 0103 03390100 20590100${MODULUS} 214101`,
];

/** A registration with another key in place of its own. */
async function registrationOf(cose: string): Promise<unknown> {
  const key = await softwareKey();
  return key.create(CREATION, {
    authenticatorData: (honest) => Uint8Array.of(...honest.subarray(0, 55 + 32), ...hex(cose)),
  });
}

const jobs: Job[] = [];
let outcomes: string;
let script: string;
beforeAll(async () => {
  for (const { registration, authentication } of VECTORS) {
    const [made] = (await perform([registration])) as readonly [{ readonly publicKey?: string }];
    jobs.push(registration, { ...authentication, publicKey: made.publicKey ?? base64(hex('a0')) });
  }
  const { challenge } = CREATION;
  for (const algorithm of [-7, -8, -257] as const) {
    const key = await softwareKey({ algorithm });
    const publicKey = base64(key.publicKey);
    jobs.push({ response: await key.create(CREATION, { selfAttested: true }), challenge });
    const signatures: ((honest: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>)[] = [
      (honest) => honest,
      (honest) => honest.with(30, (honest[30] ?? 0) ^ 1),
      () => Uint8Array.of(),
      () => new Uint8Array(64),
      (honest) => honest.subarray(1),
      (honest) => Uint8Array.of(...honest, 0),
      () => new Uint8Array(4000).fill(255),
      () => Uint8Array.from([0x30, 6, 2, 1, 0, 2, 1, 0]),
    ];
    for (const signature of signatures) {
      jobs.push({ response: await key.get(REQUEST, { signature }), challenge, publicKey });
    }
  }
  for (const cose of WRONG_KEYS) jobs.push({ response: await registrationOf(cose), challenge });
  outcomes = JSON.stringify(await perform(jobs));
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@mfakit/source', 'workerd', 'worker', 'browser'],
    write: false,
    logLevel: 'error',
  });
  script = outputFiles[0]?.text ?? '';
});

test('Node.js: good ones are accepted, bad signatures are not valid, and wrong keys are refused', () => {
  const results = JSON.parse(outcomes) as readonly unknown[];
  const ofKeys = results.slice(VECTORS.length * 2, -1);
  for (let algorithm = 0; algorithm < 3; algorithm += 1) {
    const [made, good, ...bad] = ofKeys.slice(algorithm * 9, algorithm * 9 + 9);
    expect([made, good]).toMatchObject([{ userVerified: true }, { valid: true }]);
    expect(bad).toMatchObject(bad.map(() => ({ valid: false })));
  }
  const ofVectors = results.slice(0, VECTORS.length * 2);
  expect(
    ofVectors.filter((result) => typeof result === 'object' && result !== null && 'aaguid' in result),
  ).toHaveLength(12);
  expect(ofVectors.filter((result) => JSON.stringify(result).includes('"valid":true'))).toHaveLength(12);
  expect(ofKeys.slice(27)).toEqual(WRONG_KEYS.map(() => 'publicKey'));
  expect(results.at(-1)).toBe(false);
});

test('workerd', { timeout: 60_000 }, async () => {
  const runtime = new Miniflare({ modules: true, script, compatibilityDate: '2026-07-01' });
  try {
    const response = await runtime.dispatchFetch('http://localhost/', { method: 'POST', body: JSON.stringify(jobs) });
    expect(await response.json()).toEqual(JSON.parse(outcomes));
  } finally {
    await runtime.dispose();
  }
});

/** The command that starts a runtime; `null` where there is none. */
function commandOf(name: keyof typeof RUNTIMES): readonly [string, ...string[]] | null {
  if (spawnSync(name, ['--version']).status === 0) return [name];
  return process.env['MFAKIT_TEST_RUNTIMES'] === 'npx' ? ['npx', '--yes', `${name}@${RUNTIMES[name].version}`] : null;
}

describe.each(Object.keys(RUNTIMES) as (keyof typeof RUNTIMES)[])('%s', (name) => {
  const command = commandOf(name);
  const title = command === null ? `${name} (skipped: set MFAKIT_TEST_RUNTIMES=npx to fetch it)` : name;

  test.skipIf(command === null)(title, { timeout: 180_000 }, () => {
    const [program = '', ...first] = command ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'mfakit-webauthn-'));
    try {
      writeFileSync(join(folder, 'worker.mjs'), script);
      writeFileSync(
        join(folder, 'main.mjs'),
        `import { perform } from './worker.mjs'; console.log(JSON.stringify(await perform(${JSON.stringify(jobs)})));`,
      );
      const { stdout, stderr } = spawnSync(program, [...first, ...RUNTIMES[name].run, 'main.mjs'], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(`${stdout.trim()}${stdout === '' ? stderr : ''}`).toBe(outcomes);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('the bundle of the whole package has at most 8 KB, minified', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(import.meta.dirname, '../src/index.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    conditions: ['@mfakit/source'],
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  expect(outputFiles[0]?.contents.length).toBeLessThanOrEqual(8 * 1024);
  // Nothing but its own files.
  expect(Object.keys(metafile.inputs).filter((path) => path.includes('node_modules'))).toEqual([]);
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as object;
  expect(manifest).not.toHaveProperty('dependencies');
  expect(manifest).not.toHaveProperty('peerDependencies');
});
