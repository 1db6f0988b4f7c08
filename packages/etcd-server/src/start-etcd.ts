/** startEtcd: starts a real, private etcd cluster, on loopback and in a temporary folder. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@mfakit/postgres-server';

const PROGRAM = 'etcd';
const STARTUP_LIMIT_MS = 30_000;

/** One node of a cluster. */
export interface EtcdNode {
  readonly endpoint: string;
  /** Whether this node leads at the moment; false if it does not run. */
  leads(): Promise<boolean>;
  /** Simulates a crash with SIGKILL. */
  kill(): Promise<void>;
  /** Starts the node again, on its data. */
  restart(): Promise<void>;
}

/** A running cluster. */
export interface EtcdCluster {
  readonly endpoints: readonly string[];
  readonly nodes: readonly EtcdNode[];
  /** Waits until a node leads, and returns it. */
  leader(): Promise<EtcdNode>;
  /** Ends all nodes and removes their data. */
  stop(): Promise<void>;
}

/** Why there can be no cluster here, in one line; `null` if there can. */
export function missingEtcd(): string | null {
  return spawnSync(PROGRAM, ['--version']).status === 0 ? null : 'skipped: there is no etcd on the PATH';
}

/**
 * Starts a cluster of the program `etcd` on the PATH.
 * @param size - how many nodes
 * @returns the cluster, once it has a leader
 * @throws {Error} if it has none within 30 seconds
 */
export async function startEtcd(size: number): Promise<EtcdCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-etcd-'));
  const members: Member[] = [];
  for (let index = 0; index < size; index += 1) {
    const [client, peer] = [await freePort(), await freePort()].map((port) => `http://127.0.0.1:${port}`);
    members.push({ name: `node-${index}`, client: client ?? '', peer: peer ?? '', folder });
  }
  const nodes = members.map((member) => startNode(member, members));
  const cluster: EtcdCluster = {
    endpoints: members.map(({ client }) => client),
    nodes,
    async leader() {
      for (const begun = Date.now(); Date.now() - begun < STARTUP_LIMIT_MS;) {
        for (const node of nodes) if (await node.leads()) return node;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error('The etcd cluster has no leader.');
    },
    async stop() {
      await Promise.all(nodes.map((node) => node.kill()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await cluster.leader();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

interface Member {
  readonly name: string;
  readonly client: string;
  readonly peer: string;
  readonly folder: string;
}

function startNode({ name, client, peer, folder }: Member, members: readonly Member[]): EtcdNode {
  const flags = {
    name,
    'data-dir': join(folder, name),
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': members.map((each) => `${each.name}=${each.peer}`).join(','),
    logger: 'zap',
    'log-level': 'error',
  };
  const start = (): ChildProcess => {
    const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
    const child = spawn(PROGRAM, args, { stdio: 'ignore', cwd: tmpdir() });
    child.on('error', () => undefined);
    // A test run that ends early leaves no server behind.
    const end = (): void => void child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    return child;
  };
  let running = start();
  const runs = (): boolean => running.exitCode === null && running.signalCode === null;
  return {
    endpoint: client,
    leads: async () => runs() && leads(client),
    async kill() {
      if (!runs()) return;
      const exited = once(running, 'exit');
      running.kill('SIGKILL');
      await exited;
    },
    async restart() {
      running = start();
      while (runs() && !(await answers(client))) await new Promise((resolve) => setTimeout(resolve, 50));
    },
  };
}

interface Status {
  readonly leader?: string;
  readonly header: { readonly member_id: string };
}

async function status(endpoint: string): Promise<Status | null> {
  const signal = AbortSignal.timeout(1000);
  const asked = fetch(`${endpoint}/v3/maintenance/status`, { method: 'POST', body: '{}', signal });
  return asked.then((response) => (response.ok ? (response.json() as Promise<Status>) : null)).catch(() => null);
}

async function leads(endpoint: string): Promise<boolean> {
  const answer = await status(endpoint);
  return answer !== null && answer.leader === answer.header.member_id;
}

async function answers(endpoint: string): Promise<boolean> {
  return ((await status(endpoint))?.leader ?? '0') !== '0';
}
