/** Workerd: several Workers in a real workerd, bound to one D1 database. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import type { D1Result, D1Session, D1Statement, Query } from '../src/binding.ts';
import type { D1Database } from '../src/index.ts';
import type { Task } from './worker.ts';

/** How many Workers share the database. */
export const WORKERS = 4;

/** The values of a statement. */
type Values = Parameters<D1Statement['bind']>;

/** A runtime that lasts as long as its test file. */
export interface Workerd {
  /** The binding, from here: a Worker carries out each batch with its own. */
  readonly database: D1Database;
  /** Another database, without tables. */
  readonly empty: D1Database;
  /** The same binding as the runtime's own proxy: its shape is that of a real one, and a call may fail under load. */
  readonly proxy: D1Database;
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
  const perform = async (worker: number, task: Task): Promise<unknown> => {
    const fetcher = (await runtime.getWorker(names[worker])) as unknown as Fetcher;
    const response = await fetcher.fetch('http://localhost/', { method: 'POST', body: JSON.stringify(task) });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  return {
    database: remote('DB', perform),
    empty: remote('EMPTY', perform),
    proxy: await runtime.getD1Database('DB'),
    perform,
    stop: () => runtime.dispose(),
  };
}

/**
 * A database whose batches the first Worker carries out. The proxy of the runtime asks another thread whenever a property
 * is read, and takes a late wake-up of the question before for the answer.
 */
function remote(database: 'DB' | 'EMPTY', perform: Workerd['perform']): D1Database {
  const queries = new WeakMap<D1Statement, Query>();
  const session = (inSession: boolean): D1Session => ({
    prepare(text) {
      const prepared = (...values: Values): D1Statement => {
        const statement: D1Statement = { bind: prepared };
        queries.set(statement, [text, ...values]);
        return statement;
      };
      return prepared();
    },
    async batch(statements) {
      const sent = statements.map((statement) => queries.get(statement) ?? unknownStatement());
      return (await perform(0, { do: 'batch', database, session: inSession, queries: sent })) as readonly D1Result[];
    },
  });
  return { ...session(false), withSession: () => session(true) };
}

function unknownStatement(): never {
  throw new TypeError('The statement was not prepared here.');
}
