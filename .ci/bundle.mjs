// Bundles the programs of every public package, one file for each entry of `exports` and `bin`, and the pages of the examples;
// `tsc` has written the types.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { bundlePages } from '../examples/pages/bundle.mjs';
import { foldersWith } from './workspace.mjs';

// Not a dependency of the root: Vite would take it for its own there.
const { build } = createRequire(new URL('../packages/core/package.json', import.meta.url))('esbuild');

/** Little of zod is used: as a package it is some eighty files, whatever is used. */
const INSIDE = /^zod(?:\/|$)/;

/** Everything else that is imported by name stays a dependency, which the packages of an application share. */
const dependencies = {
  name: 'dependencies',
  setup({ onResolve }) {
    onResolve({ filter: /^[^.]/ }, ({ path, kind }) =>
      kind === 'entry-point' || INSIDE.test(path) ? undefined : { path, external: true, sideEffects: false },
    );
  },
};

/** The source of each entry, by its file in `dist` without the ending. */
function entriesOf({ exports, bin = {} }) {
  // What is not a program is published as it is, such as a stylesheet.
  const programs = Object.values(exports).filter((entry) => typeof entry === 'object');
  const targets = [...programs.map((entry) => entry.default), ...Object.values(bin)];
  const named = targets.map((target) => /^\.\/dist\/(.+)\.js$/.exec(target)[1]);
  return Object.fromEntries(named.map((name) => [name, `src/${name}.ts`]));
}

/** The licenses of what went inside: they ask to be passed on with it. */
function licensesOf(inputs) {
  const folders = inputs.map((input) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]);
  return [...new Set(folders.filter(Boolean))].map((folder) => {
    const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    return `Parts of ${name} ${version}\n\n${readFileSync(`${folder}/LICENSE`, 'utf8')}`;
  });
}

/** Programs and their maps. */
function programsUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? programsUnder(path) : /\.js(?:\.map)?$/.test(entry.name) ? [path] : [];
  });
}

async function bundle(folder, manifest) {
  const { outputFiles, metafile } = await build({
    entryPoints: entriesOf(manifest),
    outdir: 'dist',
    absWorkingDir: `${process.cwd()}/${folder}`,
    bundle: true,
    // What two entries use stands once, in a file of its own: MfaError must be one class.
    splitting: true,
    chunkNames: 'shared-[hash]',
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    plugins: [dependencies],
    sourcemap: true,
    // The sources are in the package.
    sourcesContent: false,
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  // What `tsc` wrote of each module, and what an earlier bundle had.
  for (const file of programsUnder(`${folder}/dist`)) rmSync(file);
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  const licenses = licensesOf(Object.keys(metafile.inputs).map((input) => `${folder}/${input}`));
  if (licenses.length > 0) writeFileSync(`${folder}/dist/LICENSES.txt`, licenses.join('\n'));
}

for (const folder of foldersWith('package.json')) {
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  if (!manifest.private) await bundle(folder, manifest);
}
await bundlePages('examples/pages/dist/served');
