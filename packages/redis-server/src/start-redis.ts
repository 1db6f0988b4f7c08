/** startRedis: starts a real, private Redis server, on loopback and in a temporary folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@mfakit/postgres-server';
import { REDIS_ENVIRONMENT } from './find-redis.ts';

const STARTUP_LIMIT_MS = 30_000;

/** What makes an answered write durable. */
const DURABLE = { appendonly: 'yes', appendfsync: 'always' };

/** A running server. It trusts everyone on loopback. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Simulates a crash with SIGKILL. */
  kill(): Promise<void>;
  /** Starts the server again, on the same port and with the same data. */
  restart(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a server that writes every answered change to its disk.
 * @param settings - by their names in `redis.conf`, beside or instead of those that make it durable
 * @returns the server, once it accepts connections
 * @throws {Error} if it does not start within 30 seconds. The message contains its output
 */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-redis-'));
  const port = await freePort();
  const all = { port: String(port), bind: '127.0.0.1', dir: folder, save: '', ...DURABLE, ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  const start = async (): Promise<ChildProcess> => {
    const child = spawn('redis-server', flags, { env: REDIS_ENVIRONMENT, stdio: ['ignore', 'pipe', 'ignore'] });
    guardAgainstOrphan(child, folder);
    const log = await untilReady(child);
    if (log !== null) throw new Error(`Redis did not start: ${log}`);
    return child;
  };
  let running: ChildProcess;
  try {
    running = await start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill: () => end(running),
    async restart(): Promise<void> {
      await end(running);
      running = await start();
    },
    async stop(): Promise<void> {
      await end(running);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
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
    child.stdout?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-10_000);
      if (/Ready to accept connections/i.test(log)) settle(null);
    });
    child.once('error', (error) => settle(error.message));
    child.once('close', () => settle(log));
  });
}

/** What the guard runs: it waits for the end of its input, which comes when the owner ends, however that happens. */
const GUARD = `
const [pid, folder] = process.argv.slice(1);
process.stdin.resume().on('end', () => {
  try {
    process.kill(Number(pid), 'SIGKILL');
    require('node:fs').rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  } catch {}
});
`;

/** Ends a server whose owner has died. A process of its own, because a killed test run can no longer run code. */
function guardAgainstOrphan(server: ChildProcess, folder: string): void {
  const guard = spawn(process.execPath, ['-e', GUARD, String(server.pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: tmpdir(),
    detached: true,
  });
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  if ('unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref();
  // It ended by itself: nothing is left to guard, and its number may be another process's soon.
  server.once('exit', () => guard.kill('SIGKILL'));
}
