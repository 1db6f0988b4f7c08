/** Bundling a worker as users of workers do. */
import { build } from 'esbuild';
import { join } from 'node:path';

/** One module with the default export of the given file, of this folder; the conditions are those that Wrangler sets. */
export async function bundleWorker(file: 'smoke-worker.ts' | 'hasher-worker.ts'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, file)],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@mfakit/source', 'workerd', 'worker', 'browser'],
    external: ['node:*'],
    write: false,
    logLevel: 'error',
  });
  const [module] = outputFiles;
  if (module === undefined) throw new Error('esbuild wrote nothing');
  return module.text;
}
