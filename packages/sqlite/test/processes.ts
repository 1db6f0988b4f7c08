/** Processes: real operating system processes that share one file. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** What a process is started with. */
export interface Start {
  readonly driver: string;
  /** Writes beyond this size of a file fail, as on a full disk. A multiple of 512 bytes. */
  readonly maxFileBytes?: number;
}

/** One call of `stepUp`. */
export type Attempt = { readonly userId: string } & ({ readonly code: string } | { readonly backupCode: string });

/** What a process can be told to do. */
export type Task =
  | { readonly do: 'open'; readonly path: string }
  | { readonly do: 'migrate' | 'hold the lock' | 'release the lock' }
  /** Sign-ins with device cookies, all at once. The clock is so much ahead. */
  | { readonly do: 'begin'; readonly userId: string; readonly devices: readonly string[]; readonly later: number }
  | { readonly do: 'attempt'; readonly attempts: readonly Attempt[]; readonly inParallel: boolean };

/** What a process says: how one attempt ended, or that its task has. */
export type Report =
  | { readonly index: number; readonly outcome: string }
  | { readonly done: true }
  | { readonly failed: string };

/** A running process. */
export interface Process {
  /** Gives it a task; resolves when it is done, rejects where it failed or the process died. */
  perform(task: Task, onOutcome?: (index: number, outcome: string) => void): Promise<void>;
  /** SIGKILL: no handler runs, nothing is flushed. */
  kill(): Promise<void>;
}

/** Starts processes. */
export interface Processes {
  start(start: Start): Promise<Process>;
  /** Ends every process that still runs. */
  end(): Promise<void>;
}

const folder = fileURLToPath(new URL('../node_modules/.cache/mfakit/', import.meta.url));

/** Bundles the child once: Node 20 runs no TypeScript, and a build of every package would have to come before tests. */
export async function createProcesses(): Promise<Processes> {
  mkdirSync(folder, { recursive: true });
  const program = `${folder}child-${process.pid}.mjs`;
  const bundle = await rolldown({
    input: fileURLToPath(new URL('child.ts', import.meta.url)),
    platform: 'node',
    resolve: { conditionNames: ['@mfakit/source', 'module', 'import', 'node', 'default'] },
  });
  await bundle.write({ file: program, codeSplitting: false });
  await bundle.close();

  const children: ChildProcess[] = [];
  return {
    async start(start) {
      const child = launch(program, start);
      children.push(child);
      await finished(child);
      return {
        perform(task, onOutcome) {
          const end = finished(child, onOutcome);
          child.send(task);
          return end;
        },
        kill: () => kill(child),
      };
    },
    async end() {
      await Promise.all(children.map(kill));
      rmSync(program);
    },
  };
}

function launch(program: string, start: Start): ChildProcess {
  const node = [process.execPath, program, JSON.stringify(start)] as const;
  const limit = start.maxFileBytes === undefined ? '' : `trap '' XFSZ; ulimit -f ${start.maxFileBytes / 512};`;
  return spawn('sh', ['-c', `${limit} exec "$@"`, 'sh', ...node], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

async function finished(child: ChildProcess, onOutcome?: (index: number, outcome: string) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: Error): void => {
      child.off('message', hear).off('exit', die);
      if (error === undefined) resolve();
      else reject(error);
    };
    const die = (code: number | null, signal: string | null): void =>
      settle(new Error(`The process ended: ${signal ?? code}`));
    const hear = (message: unknown): void => {
      const report = message as Report;
      if ('done' in report) settle();
      else if ('failed' in report) settle(new Error(report.failed));
      else onOutcome?.(report.index, report.outcome);
    };
    child.on('message', hear).on('exit', die);
  });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
