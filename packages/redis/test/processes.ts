/** Processes: several copies of the worker, each an operating system process of its own. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Answer, Task } from './worker.ts';

/** Workers that are started and wait for tasks. */
export interface Processes {
  /** Gives every worker its task at once. */
  perform(task: (worker: number) => Task): Promise<readonly Answer[]>;
  stop(): Promise<void>;
}

/** Bundles the worker, since Node 20 runs no TypeScript, and starts it `count` times. */
export async function startProcesses(count: number): Promise<Processes> {
  const packageFolder = join(import.meta.dirname, '..');
  // Inside the package, so that the bundle finds the driver.
  const folder = mkdtempSync(join(packageFolder, 'node_modules', 'worker-'));
  const outfile = join(folder, 'worker.mjs');
  await build({
    entryPoints: [join(packageFolder, 'test', 'worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@mfakit/source'],
    external: ['ioredis', 'hash-wasm'],
    logLevel: 'error',
  });
  const workers = Array.from({ length: count }, () => fork(outfile, { execArgv: [] }));
  return {
    perform: (task) => Promise.all(workers.map((worker, index) => ask(worker, task(index)))),
    async stop() {
      await Promise.all(
        workers.map(async (worker) => {
          if (worker.exitCode !== null) return;
          const exited = once(worker, 'exit');
          worker.kill('SIGKILL');
          await exited;
        }),
      );
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ask(worker: ChildProcess, task: Task): Promise<Answer> {
  const answered = new Promise<Answer>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('exit', (code) => reject(new Error(`A worker ended with ${code}.`)));
  });
  worker.send(task);
  return answered;
}
