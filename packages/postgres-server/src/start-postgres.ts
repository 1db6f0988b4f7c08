/** startPostgres: starts a real, private PostgreSQL server, on loopback and in a temporary folder. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries, type Binaries } from './binaries.ts';
import { freePort } from './free-port.ts';
import { guardAgainstOrphan } from './orphan-guard.ts';
import { asUser, startProcess, type ServerProcess } from './server-process.ts';

/** How to set up a server. */
export interface PostgresOptions {
  /** Settings, by their names in `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The data folder of a stopped server, which is copied; by default, a new cluster is made. */
  readonly copyOf?: string;
  /** Called with the data folder before the server starts. */
  readonly prepare?: (dataDir: string) => void;
}

/** A running server. Its superuser is `postgres`, and it trusts everyone on loopback. */
export interface PostgresServer {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** Simulates a crash with SIGKILL. Nothing more is written, and once it resolves, nothing listens. */
  kill(): Promise<void>;
  /** Starts the server again, on the same port and with the same data. */
  restart(): Promise<void>;
  /** Shuts the server down cleanly; the data stays. */
  shutDown(): Promise<void>;
  /** Shuts the server down and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a server. It works as root and as an ordinary user, and needs nothing but packages from the registry.
 * @returns the server, once it accepts connections
 * @throws {Error} if it does not start within 30 seconds. The message contains its output
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const binaries = findBinaries();
  const dataDir = mkdtempSync(join(tmpdir(), 'mfakit-postgres-'));
  try {
    createCluster(binaries, dataDir, options.copyOf);
    options.prepare?.(dataDir);
    return await serve(binaries, dataDir, await freePort(), options.settings ?? {});
  } catch (error) {
    removeAll(binaries, dataDir);
    throw error;
  }
}

function createCluster({ folder, uid }: Binaries, dataDir: string, copyOf: string | undefined): void {
  if (uid !== undefined) chownSync(dataDir, uid, uid);
  if (copyOf !== undefined) {
    cpSync(copyOf, dataDir, { recursive: true });
    if (uid !== undefined) spawnSync('chown', ['-R', `${uid}:${uid}`, dataDir]);
    chmodSync(dataDir, 0o700);
    return;
  }
  const settings = [
    '--auth=trust',
    '--username=postgres',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ];
  const { status, stderr } = spawnSync(join(folder, 'initdb'), ['-D', dataDir, ...settings], {
    encoding: 'utf8',
    ...asUser(uid),
  });
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
}

async function serve(
  binaries: Binaries,
  dataDir: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<PostgresServer> {
  const all = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const start = (): Promise<ServerProcess> => startProcess(binaries, ['-D', dataDir, ...flags]);
  let running = await start();
  const dismissGuard = guardAgainstOrphan(dataDir);

  const end = async (signal: 'SIGINT' | 'SIGKILL'): Promise<void> => {
    running.child.kill(signal);
    await running.ended;
  };
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    dataDir,
    kill: () => end('SIGKILL'),
    async restart(): Promise<void> {
      await end('SIGINT');
      running = await start();
    },
    shutDown: () => end('SIGINT'),
    async stop(): Promise<void> {
      await end('SIGINT');
      removeAll(binaries, dataDir);
      dismissGuard();
    },
  };
}

function removeAll({ copy }: Binaries, dataDir: string): void {
  rmSync(dataDir, { recursive: true, force: true });
  if (copy !== undefined) rmSync(copy, { recursive: true, force: true });
}
