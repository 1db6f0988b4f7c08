// Bundles small programs, prints how large they become, and compares that with .ci/sizes.json; `--write` keeps new figures.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';

// Not a dependency of the root: Vite would take it for its own there.
const { build } = createRequire(new URL('../packages/core/package.json', import.meta.url))('esbuild');

const KEPT = '.ci/sizes.json';
const TOLERANCE = 0.02;

/** The client of the contract, which elements and machines call: a page has it anyway. */
const CLIENT = '@mfakit/http/*';

/** A program of the package for pages, alone and with the client; `client` stands for it. */
const inPages = (name, code) => {
  const program = {
    code: `import { createPasskeyClient } from '@mfakit/http/client/passkeys';
      const client = createPasskeyClient({ baseUrl: '/api/auth' });
      ${code}`,
    platform: 'browser',
    from: 'docs',
  };
  return {
    [`elements: ${name}`]: { ...program, without: [CLIENT, 'react'] },
    [`elements: ${name}, and the client`]: { ...program, without: ['react'] },
  };
};

const MACHINES = `
      import { enroll, manage, passkeyAutofill, signIn, stepUp, withStepUp } from '@mfakit/elements/machines';
      const machines = { enroll, manage, passkeyAutofill, signIn, stepUp, withStepUp };`;

/** What an application imports, by the name of the row. */
const PROGRAMS = {
  core: { code: `import { createMfa } from '@mfakit/core'; globalThis.mfa = createMfa(globalThis.options);` },
  'core + http + hono': {
    code: `import { createMfa } from '@mfakit/core';
      import { mfaRouter, requireMfa } from '@mfakit/hono';
      import { Hono } from 'hono';
      const app = new Hono().route('/api/auth', mfaRouter(createMfa(globalThis.options), globalThis.host));
      globalThis.app = app.use('/secret', requireMfa(globalThis.guard));`,
  },
  'http/client, in browsers': {
    code: `import { createClient } from '@mfakit/http/client'; globalThis.client = createClient({ baseUrl: '/' });`,
    platform: 'browser',
  },
  ...inPages(
    'sign-in with words',
    `import { defineSignIn } from '@mfakit/elements';
      import { refusals, shared, signIn } from '@mfakit/elements/words/en';
      defineSignIn({ client, app: 'Acme', words: { refusals, shared, signIn } });`,
  ),
  ...inPages(
    'all with words',
    `import { define } from '@mfakit/elements';
      import { en } from '@mfakit/elements/words/en';
      define({ client, app: 'Acme', words: en });`,
  ),
  ...inPages('machines', `${MACHINES} globalThis.page = { ...machines, client };`),
  // The hooks are what this has more than the machines.
  ...inPages(
    'machines and React hooks',
    `${MACHINES}
      import { useEnroll, useManage, useSignIn, useStepUp } from '@mfakit/elements/react';
      globalThis.page = { ...machines, useEnroll, useManage, useSignIn, useStepUp, client };`,
  ),
};

/** What a program imports to get the module at a path. */
function nameOf(path) {
  const [, ours, module] = /^packages\/([\w-]+)\/dist\/([\w-]+)\.js$/.exec(path) ?? [];
  if (ours !== undefined) return `@mfakit/${ours}/${module}`;
  const [, name, file] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\/(.+)/.exec(path) ?? [];
  // Of some packages several parts load, each by itself.
  return name === undefined ? path : `${name}/${file.split('/').at(-1).split('.')[0]}`;
}

/** Files that are loaded with `file`, itself included. */
function closure(outputs, file, found = new Set()) {
  if (found.has(file) || outputs[file] === undefined) return found;
  found.add(file);
  for (const { path, kind } of outputs[file].imports) if (kind === 'import-statement') closure(outputs, path, found);
  return found;
}

/** What loads at the start, and apart from it what each dynamic import loads at its first use. */
async function measure({ code, platform = 'node', from = 'packages/hono', without = [] }) {
  const { outputFiles, metafile } = await build({
    // Everything that a program imports is a dependency there.
    stdin: { contents: code, resolveDir: from, sourcefile: 'program.js' },
    bundle: true,
    format: 'esm',
    platform,
    external: ['node:*', ...without],
    splitting: true,
    minify: true,
    legalComments: 'none',
    metafile: true,
    outdir: '/',
    absWorkingDir: process.cwd(),
    write: false,
    logLevel: 'error',
  });
  const contents = new Map(outputFiles.map(({ path, contents: bytes }) => [path.split('/').at(-1), bytes]));
  const outputs = metafile.outputs;
  const sizeOf = (files) => {
    const all = [...files].map((file) => contents.get(file.split('/').at(-1)));
    return {
      minified: all.reduce((sum, bytes) => sum + bytes.length, 0),
      gzip: all.reduce((sum, bytes) => sum + gzipSync(bytes, { level: 9 }).length, 0),
    };
  };
  const entry = Object.keys(outputs).find((file) => outputs[file].entryPoint?.endsWith('/program.js'));
  const start = closure(outputs, entry);
  const lazy = Object.keys(outputs).filter((file) => file !== entry && outputs[file].entryPoint !== undefined);
  return {
    start: sizeOf(start),
    later: Object.fromEntries(
      lazy.map((file) => {
        const files = [...closure(outputs, file)].filter((other) => !start.has(other));
        return [nameOf(outputs[file].entryPoint), sizeOf(files)];
      }),
    ),
  };
}

/** Figures by name: `core`, and `core, later: hash-wasm` for what it loads at the first use. */
function rowsOf(name, { start, later }) {
  return [[name, start], ...Object.entries(later).map(([dependency, size]) => [`${name}, later: ${dependency}`, size])];
}

const show = (size) => (size === undefined ? 'nothing' : `${size.minified} bytes minified, ${size.gzip} gzip`);

const rows = [];
for (const [name, program] of Object.entries(PROGRAMS)) rows.push(...rowsOf(name, await measure(program)));
const measured = Object.fromEntries(rows);

if (process.argv.includes('--write')) {
  writeFileSync(KEPT, JSON.stringify(measured));
  spawnSync('node_modules/.bin/oxfmt', [KEPT], { stdio: 'inherit' });
}

const kept = JSON.parse(readFileSync(KEPT, 'utf8'));
let failures = 0;
for (const name of new Set([...Object.keys(kept), ...Object.keys(measured)])) {
  const [was, is] = [kept[name], measured[name]];
  const differs = (unit) => Math.abs(is[unit] - was[unit]) > TOLERANCE * was[unit];
  const wrong = was === undefined || is === undefined || differs('minified') || differs('gzip');
  console.log(wrong ? `FAILED ${name}: ${show(is)}; kept: ${show(was)}` : `ok ${name}: ${show(is)}`);
  if (wrong) failures++;
}
if (failures > 0) {
  console.log(
    `More than ${TOLERANCE * 100} % apart. If that is meant, keep the new figures: npm run check:sizes -- --write`,
  );
}
process.exit(failures === 0 ? 0 : 1);
