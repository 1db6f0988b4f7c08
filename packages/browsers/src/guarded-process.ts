/** startGuarded: starts a program that does not outlive its owner, however that ends. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { programPath } from './engine.ts';

/** What the guard runs. Its input ends when the owner does, however that happens. */
const GUARD = `
const [leader, signal, folder] = process.argv.slice(1);
process.stdin.resume().on('end', () => {
  try {
    if (leader !== '') process.kill(-Number(leader), signal);
  } catch {}
  const { existsSync, rmSync } = require('node:fs');
  const remove = (rounds) => {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    } catch {}
    // A browser that ends by itself may write once more.
    setTimeout(() => existsSync(folder) && rounds > 1 && remove(rounds - 1), 1000);
  };
  remove(10);
});
`;

/** A program and everything that it starts. */
export interface GuardedProcess {
  readonly child: ChildProcess;
  /** Ends all of it. */
  end(): Promise<void>;
}

/** What to start. */
export interface GuardedOptions extends Pick<SpawnOptions, 'env' | 'stdio'> {
  /** A temporary folder that is removed if the owner dies. */
  readonly folder: string;
  /** What ends it; default: SIGKILL. */
  readonly signal?: 'SIGKILL' | 'SIGTERM';
}

/** Starts a program as the leader of a group of its own, which ends as one. */
export function startGuarded(program: string, args: readonly string[], options: GuardedOptions): GuardedProcess {
  const { folder, signal = 'SIGKILL', ...spawning } = options;
  const child = spawn(programPath(program) ?? program, args, { ...spawning, cwd: folder, detached: true });
  const { pid } = child;
  if (pid === undefined) {
    child.on('error', () => undefined);
    throw new Error(`${program} does not start.`);
  }
  const dismiss = guardFolder(folder, { leader: pid, signal });
  const exited = once(child, 'exit');
  return {
    child,
    async end() {
      try {
        process.kill(-pid, signal);
      } catch {
        // All of it has ended by itself.
      }
      await exited;
      dismiss();
    },
  };
}

/**
 * Removes a folder if the owner dies; before that, ends the group of processes that `leader` leads.
 * @returns a function that dismisses the guard
 */
export function guardFolder(
  folder: string,
  { leader, signal = 'SIGKILL' }: { readonly leader?: number; readonly signal?: NodeJS.Signals } = {},
): () => void {
  // A process of its own, because a killed test run can no longer run code.
  const guard = spawn(process.execPath, ['-e', GUARD, String(leader ?? ''), signal, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: tmpdir(),
    detached: true,
  });
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  if ('unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref();
  return () => guard.kill('SIGKILL');
}

/** Removes the folder of a browser that has ended, while its last processes may still write there. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
