/** Starts the Worker on this machine, in workerd, with a database in memory. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { migrate } from '@mfakit/d1';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';

/** The Worker, running. */
export interface LocalWorker {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param port - 0: any that is free */
export async function startWorker(port: number): Promise<LocalWorker> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@mfakit/source', 'workerd', 'worker', 'browser'],
    external: ['node:*', '*.wasm'],
    write: false,
    logLevel: 'error',
  });
  const argon2id = dirname(createRequire(import.meta.url).resolve('argon2id'));
  const runtime = new Miniflare({
    port,
    host: '127.0.0.1',
    modules: [
      { type: 'ESModule', path: 'worker.mjs', contents: outputFiles[0]?.text ?? '' },
      ...['simd', 'no-simd'].map((name) => ({
        type: 'CompiledWasm' as const,
        path: `argon2id/dist/${name}.wasm`,
        contents: readFileSync(join(argon2id, `dist/${name}.wasm`)),
      })),
    ],
    compatibilityDate: '2026-07-01',
    d1Databases: { DB: 'acme' },
    bindings: { MFA_KEY: randomBytes(32).toString('base64') },
  });
  const url = (await runtime.ready).origin;
  const database = await runtime.getD1Database('DB');
  const schema = readFileSync(join(import.meta.dirname, '../schema.sql'), 'utf8').replaceAll(/^--.*$/gm, '');
  const statements = schema.split(';').filter((statement) => statement.trim() !== '');
  await database.batch(statements.map((statement) => database.prepare(statement)));
  await migrate(database);
  return { url, stop: () => runtime.dispose() };
}
