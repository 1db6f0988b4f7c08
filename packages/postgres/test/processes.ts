/** Processes: several copies of the worker, each an operating system process of its own. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { Answer } from './serve-tasks.ts';

/** Workers that are started and wait for tasks. */
export interface Processes<Task> {
  /** Gives every worker its task at once. */
  perform(task: (worker: number) => Task): Promise<readonly Answer[]>;
  stop(): Promise<void>;
}

/** A program made of a worker. */
export interface Bundle {
  readonly outfile: string;
  readonly remove: () => void;
}

/**
 * Bundles a worker, since Node 20 runs no TypeScript.
 * @param worker - its source, in the folder `test` of its package
 * @param external - what the bundle leaves out beside the hasher: drivers
 */
export async function bundle(worker: string, external: readonly string[]): Promise<Bundle> {
  // Inside the package, so that the bundle finds the driver.
  const folder = mkdtempSync(join(dirname(worker), '..', 'node_modules', 'worker-'));
  const outfile = join(folder, 'worker.mjs');
  await build({
    entryPoints: [worker],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@mfakit/source'],
    external: ['hash-wasm', ...external],
    logLevel: 'error',
  });
  return { outfile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Bundles a worker, as {@link bundle} does, and starts it `count` times. */
export async function startProcesses<Task extends object>(
  worker: string,
  external: readonly string[],
  count: number,
): Promise<Processes<Task>> {
  const { outfile, remove } = await bundle(worker, external);
  const workers = Array.from({ length: count }, () => fork(outfile, { execArgv: [] }));
  return {
    perform: (task) => Promise.all(workers.map((each, index) => ask(each, task(index)))),
    async stop() {
      await Promise.all(
        workers.map(async (each) => {
          if (each.exitCode !== null) return;
          const exited = once(each, 'exit');
          each.kill('SIGKILL');
          await exited;
        }),
      );
      remove();
    },
  };
}

async function ask(worker: ChildProcess, task: object): Promise<Answer> {
  const answered = new Promise<Answer>((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`A worker ended with ${code}.`));
    worker.once('exit', ended);
    worker.once('message', (answer: Answer) => {
      worker.off('exit', ended);
      resolve(answer);
    });
  });
  worker.send(task);
  return answered;
}
