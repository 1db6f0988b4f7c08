/** Bundling the smoke application as users of workers do. */
import { build } from 'esbuild';
import { join } from 'node:path';

/** One module with the smoke application as its default export; the conditions are those that Wrangler sets. */
export async function bundleSmokeWorker(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'smoke-worker.ts')],
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
