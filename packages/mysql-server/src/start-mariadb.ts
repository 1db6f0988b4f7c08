/** startMariadb: starts a real, private MariaDB server, on loopback and in a temporary folder. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, guardAgainstOrphan } from '@mfakit/postgres-server';
import { programPath } from './programs.ts';

const STARTUP_LIMIT_MS = 60_000;
const PID_FILE = 'mfakit.pid';

/** How to set up a server. */
export interface MariadbOptions {
  /** Settings, by their names on the command line without the dashes. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A flag of the first start alone, such as `wsrep-new-cluster`. */
  readonly firstStartFlag?: string;
}

/** A running server with a database `test`. Its superuser is `root`, without a password, on loopback alone. */
export interface MariadbServer {
  readonly url: string;
  readonly port: number;
  /** Simulates a crash with SIGKILL. Once it resolves, nothing listens. */
  kill(): Promise<void>;
  /** Shuts the server down cleanly if it runs, and starts it again, on the same port and with the same data. */
  restart(): Promise<void>;
  /** Shuts the server down cleanly and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a server. It works as root, then as the user `mysql`, and as an ordinary user.
 * @returns the server, once it accepts connections
 * @throws {Error} if it does not start within a minute. The message contains its output
 */
export async function startMariadb({ settings = {}, firstStartFlag }: MariadbOptions = {}): Promise<MariadbServer> {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-mariadb-'));
  const asUser = process.getuid?.() === 0 ? ['--user=mysql'] : [];
  if (asUser.length > 0) spawnSync('chown', ['mysql:', folder]);
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const dataDir = join(folder, 'data');
    // Its own defaults are those of the machine, which may be anything.
    // A server that starts removes what it takes for its own temporary tables: no two may share a folder for them.
    const folders = [`--datadir=${dataDir}`, `--tmpdir=${folder}`];
    const install = ['--no-defaults', ...folders, '--auth-root-authentication-method=normal', ...asUser];
    const made = spawnSync(programPath('mariadb-install-db'), install, { encoding: 'utf8', cwd: folder });
    if (made.status !== 0) throw new Error(`mariadb-install-db failed: ${made.stdout}${made.stderr}`);
    const port = await freePort();
    const all = {
      port: String(port),
      'bind-address': '127.0.0.1',
      socket: join(folder, 's'),
      'pid-file': join(folder, PID_FILE),
      'innodb-buffer-pool-size': '64M',
      'skip-name-resolve': 'ON',
      ...settings,
    };
    const flags = [
      '--no-defaults',
      ...folders,
      ...asUser,
      ...Object.entries(all).map(([name, value]) => `--${name}=${value}`),
    ];
    let running = await startProcess([...flags, ...(firstStartFlag === undefined ? [] : [`--${firstStartFlag}`])]);
    const dismissGuard = guardAgainstOrphan(folder, PID_FILE);
    const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
      running.child.kill(signal);
      await running.ended;
    };
    return {
      url: `mysql://root@127.0.0.1:${port}/test`,
      port,
      kill: () => end('SIGKILL'),
      async restart(): Promise<void> {
        await end('SIGTERM');
        running = await startProcess(flags);
      },
      async stop(): Promise<void> {
        await end('SIGTERM');
        remove();
        dismissGuard();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** A server that has started, and when it has ended. */
interface ServerProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
}

async function startProcess(flags: readonly string[]): Promise<ServerProcess> {
  const child = spawn(programPath('mariadbd'), flags, { stdio: ['ignore', 'ignore', 'pipe'], cwd: tmpdir() });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const log = await untilReady(child);
  if (log !== null) throw new Error(`MariaDB did not start: ${log}`);
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
      if (log.includes('ready for connections')) settle(null);
    });
    child.once('error', (error) => settle(error.message));
    child.once('close', () => settle(log));
  });
}
