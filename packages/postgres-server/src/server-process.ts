/** startProcess: runs the program `postgres`, and reports when all of its processes have ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';

const STARTUP_LIMIT_MS = 30_000;

/** A server that has started. */
export interface ServerProcess {
  /** The first process, which forks all the others. */
  readonly child: ChildProcess;
  /**
   * Resolves once every process of the server has ended. After a kill, the end of the first process is not enough: a
   * process that it has just forked can still hold the port open, and the system keeps accepting connections there.
   */
  readonly ended: Promise<void>;
}

/**
 * Starts the program.
 * @param flags - its command line
 * @returns the server, once it accepts connections
 * @throws {Error} if it does not start within 30 seconds. The message contains its output
 */
export async function startProcess(binaries: Binaries, flags: readonly string[]): Promise<ServerProcess> {
  const child = spawn(join(binaries.folder, 'postgres'), flags, {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...asUser(binaries.uid),
  });
  // Not `exit`: all processes share this standard error, and `close` comes when the last of them has closed it.
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const log = await untilReady(child);
  if (log !== null) throw new Error(`PostgreSQL did not start: ${log}`);
  return { child, ended };
}

/** @returns `null` once the server is ready, or its output if it ended first */
function untilReady(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    let log = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), STARTUP_LIMIT_MS);
    const settle = (outcome: string | null): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    // Keep reading: a full pipe would stop the server.
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-10_000);
      if (/ready to accept (read-only )?connections/.test(log)) settle(null);
    });
    child.once('error', (error) => settle(error.message));
    child.once('close', () => settle(log));
  });
}

/** Makes `spawn` options that run a program as the given user, in a working folder that this user may enter. */
export function asUser(uid: number | undefined): {
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd: string;
} {
  return { ...(uid !== undefined && { uid, gid: uid }), cwd: tmpdir() };
}
