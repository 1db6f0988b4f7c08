/** Workerd: several Workers in a real workerd, bound to one D1 database. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import type { D1Database } from '../src/index.ts';
import type { Task } from './worker.ts';

/** How many Workers share the database. */
export const WORKERS = 4;

/** A runtime that lasts as long as its test file. */
export interface Workerd {
  /** The binding, from here: each call goes through the Workers' own binding. */
  readonly database: D1Database;
  /** Another database, without tables. */
  readonly empty: D1Database;
  /** Has one of the Workers do a task. */
  perform(worker: number, task: Task): Promise<unknown>;
  stop(): Promise<void>;
}

/** What `getWorker` gives; its own type needs the types of Workers. */
interface Fetcher {
  fetch(url: string, init: { readonly method: string; readonly body: string }): Promise<Response>;
}

/** Bundles the Worker, as its users do, and starts it. */
export async function startWorkerd(): Promise<Workerd> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@mfakit/source', 'workerd', 'worker', 'browser'],
    external: ['node:*'],
    write: false,
    logLevel: 'error',
  });
  const script = outputFiles[0]?.text ?? '';
  const names = Array.from({ length: WORKERS }, (_, index) => `worker-${index}`);
  const runtime = new Miniflare({
    workers: names.map((name) => ({
      name,
      modules: true,
      script,
      compatibilityDate: '2026-07-01',
      d1Databases: { DB: 'shared', EMPTY: 'empty' },
    })),
  });
  await runtime.ready;
  return {
    database: await runtime.getD1Database('DB'),
    empty: await runtime.getD1Database('EMPTY'),
    async perform(worker, task) {
      const fetcher = (await runtime.getWorker(names[worker])) as unknown as Fetcher;
      const response = await fetcher.fetch('http://localhost/', { method: 'POST', body: JSON.stringify(task) });
      if (!response.ok) throw new Error(await response.text());
      return response.json();
    },
    stop: () => runtime.dispose(),
  };
}
