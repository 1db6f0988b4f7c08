// Lets Node run the sources: `node --conditions=@mfakit/source --import ./.ci/typescript.mjs program.ts`. esbuild takes the types
// away and checks none of them; `npm run build` does.
import { readFile } from 'node:fs/promises';
import { createRequire, register } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';

// Node runs hooks in a thread of their own, which loads this file again.
if (isMainThread) register(import.meta.url, { data: pathToFileURL(process.argv[1]).href });

let program;
export function initialize(url) {
  program = url;
}

// The one that the pages are bundled with: it comes with what the demo needs.
const { transform } = createRequire(new URL('../examples/pages/package.json', import.meta.url))('esbuild');

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const file = fileURLToPath(url);
  const { code } = await transform(await readFile(file, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'node20.19',
    sourcefile: file,
    sourcemap: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
}

/** What a package is used with, such as Hono, is a dependency of whoever uses it: it is found from the program. */
export async function resolve(name, context, next) {
  try {
    return await next(name, context);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || /^[./]/.test(name)) throw error;
    return next(name, { ...context, parentURL: program });
  }
}
