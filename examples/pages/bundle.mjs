// Bundles the scripts of the pages, one for each page, with what they import, and puts the stylesheet of the elements beside them.
// Browsers find no package by its name, and an import map would be an inline script, which the policy of the pages forbids.
import { build } from 'esbuild';
import { copyFileSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = import.meta.dirname;

/** The scripts that pages and their parts name. */
function scriptsOf(markup) {
  const files = ['.', 'parts'].flatMap((folder) => readdirSync(join(markup, folder)).map((name) => join(folder, name)));
  const named = files
    .filter((name) => name.endsWith('.html'))
    .flatMap((name) => [...readFileSync(join(markup, name), 'utf8').matchAll(/"\/scripts\/([\w-]+)\.js"/g)]);
  return [...new Set(named.map(([, name]) => name))];
}

/**
 * @param {string} folder - for scripts and stylesheet; it is emptied
 */
export async function bundlePages(folder) {
  rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: scriptsOf(join(here, 'public')).map((name) => join(here, 'src', `${name}.ts`)),
    outdir: folder,
    bundle: true,
    // What two pages use stands once.
    splitting: true,
    chunkNames: 'shared-[hash]',
    format: 'esm',
    target: 'es2022',
    // Packages of this workspace as they are, so that nothing has to be built before.
    conditions: ['@mfakit/source'],
    logLevel: 'error',
  });
  copyFileSync(fileURLToPath(import.meta.resolve('@mfakit/elements/styles.css')), join(folder, 'elements.css'));
}

const [, program, folder] = process.argv;
if (program === import.meta.filename) await bundlePages(resolve(folder ?? join(here, 'dist/served')));
