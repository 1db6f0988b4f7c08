/** Patroni node: Patroni and its PostgreSQL, as one machine that can be lost and replaced. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const PROGRAM = 'patroni';

/** PostgreSQL refuses to run as root. */
export const UNPRIVILEGED: number | undefined = process.getuid?.() === 0 ? 65_534 : undefined;

/** One node. */
export interface PatroniNode {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  /** Where Patroni answers. */
  readonly api: string;
  /** The end of what Patroni has said, for a failure. */
  log(): string;
  /** Simulates the loss of the machine: SIGKILL for Patroni and for every process of PostgreSQL. */
  kill(): Promise<void>;
  /** Another machine in its place: no data, which Patroni copies from the leader. */
  replace(): void;
}

/** PostgreSQL's own programs: Patroni needs more of them than the registry package has. */
export function findPrograms(): string | undefined {
  const parent = '/usr/lib/postgresql';
  const versions = existsSync(parent) ? readdirSync(parent).toSorted((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(parent, version, 'bin')).find((bin) => existsSync(join(bin, 'pg_basebackup')));
}

/** What a node is told. */
export interface Place {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly apiPort: number;
  readonly etcd: readonly string[];
  readonly synchronous: boolean;
}

/** JSON is YAML. */
function configuration({ name, folder, port, apiPort, etcd, synchronous }: Place): string {
  const trust = ['host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust'];
  return JSON.stringify({
    scope: 'mfakit',
    name,
    restapi: { listen: `127.0.0.1:${apiPort}`, connect_address: `127.0.0.1:${apiPort}` },
    etcd3: { hosts: etcd.map((endpoint) => new URL(endpoint).host) },
    watchdog: { mode: 'off' },
    bootstrap: {
      // Short, so that a round takes seconds.
      dcs: {
        ttl: 8,
        loop_wait: 1,
        retry_timeout: 3,
        maximum_lag_on_failover: 1_048_576,
        synchronous_mode: synchronous,
        // A standby that has more than the one that was promoted goes back, or begins again.
        postgresql: { use_pg_rewind: true, remove_data_directory_on_diverged_timelines: true },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C' }, { auth: 'trust' }],
      pg_hba: trust,
    },
    postgresql: {
      listen: `127.0.0.1:${port}`,
      connect_address: `127.0.0.1:${port}`,
      data_dir: join(folder, name),
      bin_dir: findPrograms(),
      pgpass: join(folder, `${name}.pgpass`),
      authentication: {
        superuser: { username: 'postgres', password: 'postgres' },
        replication: { username: 'replicator', password: 'replicator' },
      },
      basebackup: [{ checkpoint: 'fast' }],
      pg_hba: trust,
      // No machine loses its power here, only processes die: those need no fsync.
      parameters: { fsync: 'off', unix_socket_directories: '', shared_buffers: '16MB', max_connections: 40 },
    },
  });
}

/** Starts a node, in a folder that its user may write to. */
export function startNode(place: Place): PatroniNode {
  const { name, folder, port, apiPort } = place;
  const dataDir = join(folder, name);
  const [config, logFile] = [join(folder, `${name}.yml`), join(folder, `${name}.log`)];
  writeFileSync(config, configuration(place));
  const start = (): ChildProcess => {
    const script = `exec ${PROGRAM} "$0" >>"$1" 2>&1`;
    const user = UNPRIVILEGED === undefined ? {} : { uid: UNPRIVILEGED, gid: UNPRIVILEGED };
    const child = spawn('/bin/sh', ['-c', script, config, logFile], { stdio: 'ignore', cwd: folder, ...user });
    // A test run that ends early leaves no server behind.
    const end = (): void => {
      child.kill('SIGKILL');
      killServer(dataDir);
    };
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    return child;
  };
  let running = start();
  return {
    name,
    port,
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    api: `http://127.0.0.1:${apiPort}`,
    log: () => (existsSync(logFile) ? readFileSync(logFile, 'utf8').slice(-3000) : ''),
    async kill() {
      if (running.exitCode === null && running.signalCode === null) {
        const exited = once(running, 'exit');
        running.kill('SIGKILL');
        await exited;
      }
      killServer(dataDir);
    },
    replace() {
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
      running = start();
    },
  };
}

/** Every process of a server: the first one, and those that it has forked. */
function killServer(dataDir: string): void {
  const first = firstProcess(dataDir);
  if (first === undefined) return;
  const children = readFileSync(`/proc/${first}/task/${first}/children`, 'utf8').split(' ').filter(Boolean);
  for (const pid of [first, ...children.map(Number)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself in the meantime.
    }
  }
}

/** The id in a file that a killed server has left behind may be another process's by now: the working folder tells. */
function firstProcess(dataDir: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return readlinkSync(`/proc/${pid}/cwd`) === dataDir ? pid : undefined;
  } catch {
    return undefined;
  }
}
