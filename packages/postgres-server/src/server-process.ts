/** startProcess: runs the program `postgres` until every process that came of it has ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';

const STARTUP_LIMIT_MS = 30_000;

/** A server that has started. */
export interface ServerProcess {
  /** The first process, which forks all others. */
  readonly child: ChildProcess;
  /**
   * Resolves once every process of the server has ended. The first one is not enough when it is killed: a process that
   * it has just forked keeps the port open until it gets to close it, and the system goes on accepting connections there.
   */
  readonly ended: Promise<void>;
}

/**
 * Starts the program.
 * @param flags - its command line
 * @returns the server, once it accepts connections
 * @throws {Error} if it does not start within 30 seconds, with what it wrote
 */
export async function startProcess(binaries: Binaries, flags: readonly string[]): Promise<ServerProcess> {
  const child = spawn(join(binaries.folder, 'postgres'), flags, {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...asUser(binaries.uid),
  });
  // Not `exit`: all processes share this standard error, and `close` comes when the last of them has let go of it.
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const log = await untilReady(child);
  if (log !== null) throw new Error(`PostgreSQL did not start: ${log}`);
  return { child, ended };
}

/** @returns `null` once the server is ready, or what it wrote if it ended first */
function untilReady(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    let log = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), STARTUP_LIMIT_MS);
    const settle = (outcome: string | null): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    // Read to the end: a full pipe would stop the server.
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-10_000);
      if (/ready to accept (read-only )?connections/.test(log)) settle(null);
    });
    child.once('error', (error) => settle(error.message));
    child.once('close', () => settle(log));
  });
}

/** Options of `spawn` that run a program as the given user, in a working folder that this user may enter. */
export function asUser(uid: number | undefined): {
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd: string;
} {
  return { ...(uid !== undefined && { uid, gid: uid }), cwd: tmpdir() };
}
