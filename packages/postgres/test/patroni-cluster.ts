/** Patroni cluster: three nodes of PostgreSQL under Patroni, over three of etcd; on loopback, in a temporary folder. */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingEtcd, startEtcd } from '@mfakit/etcd-server';
import { freePort } from '@mfakit/postgres-server';
import { findPrograms, PROGRAM, startNode, UNPRIVILEGED, type PatroniNode } from './patroni-node.ts';

const SIZE = 3;
const WAIT_MS = 120_000;
/** After which a standby that does not run is replaced. */
const PATIENCE_MS = 40_000;

/** A running cluster. */
export interface PatroniCluster {
  /** Waits until a node leads and the others follow, one of them synchronously if the cluster is. */
  whole(): Promise<PatroniNode>;
  /** Waits until a node leads, whatever the others do. */
  leader(): Promise<PatroniNode>;
  stop(): Promise<void>;
}

/** Why there can be no cluster here, in one line; `null` if there can. */
export function missingPatroni(): string | null {
  if (spawnSync(PROGRAM, ['--version']).status !== 0) return 'skipped: there is no patroni on the PATH';
  if (findPrograms() === undefined) return 'skipped: there are no programs in /usr/lib/postgresql';
  return missingEtcd();
}

interface Shown {
  readonly members: readonly {
    readonly name: string;
    readonly role: string;
    readonly state: string;
    readonly lag?: number;
  }[];
}

/** @param synchronous - whether a commit waits for a standby, which alone may then be promoted */
export async function startPatroni({ synchronous }: { readonly synchronous: boolean }): Promise<PatroniCluster> {
  const etcd = await startEtcd(SIZE);
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-patroni-'));
  if (UNPRIVILEGED !== undefined) chownSync(folder, UNPRIVILEGED, UNPRIVILEGED);
  const members: PatroniNode[] = [];
  for (let index = 0; index < SIZE; index += 1) {
    members.push(
      startNode({
        name: `node-${index}`,
        folder,
        port: await freePort(),
        apiPort: await freePort(),
        etcd: etcd.endpoints,
        synchronous,
      }),
    );
  }

  const shown = async (): Promise<Shown['members']> => {
    for (const { api } of members) {
      const signal = AbortSignal.timeout(2000);
      const answer = await fetch(`${api}/cluster`, { signal }).catch(() => null);
      if (answer?.ok === true) return ((await answer.json()) as Shown).members;
    }
    return [];
  };
  /** The node that says of itself that it leads: what the cluster shows of it may be old. */
  const leading = async (): Promise<PatroniNode | undefined> => {
    for (const member of members) {
      const signal = AbortSignal.timeout(2000);
      const answer = await fetch(`${member.api}/primary`, { signal }).catch(() => null);
      if (answer?.status === 200) return member;
    }
    return undefined;
  };
  async function until(
    what: string,
    isSo: (leader: PatroniNode, waitedMs: number) => Promise<boolean>,
  ): Promise<PatroniNode> {
    for (const begun = Date.now(); Date.now() - begun < WAIT_MS;) {
      const leader = await leading();
      if (leader !== undefined && (await isSo(leader, Date.now() - begun))) return leader;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`After two minutes the cluster has ${what}.\n${members.map((member) => member.log()).join('\n')}`);
  }

  const cluster: PatroniCluster = {
    whole() {
      const replaced = new Set<PatroniNode>();
      return until('not three nodes that run', async (leader, waitedMs) => {
        const all = await shown();
        const sound = all.filter(({ state, lag = 0 }) => ['running', 'streaming'].includes(state) && lag === 0);
        if (sound.length === SIZE) return !synchronous || all.some(({ role }) => role === 'sync_standby');
        // As an operator does with a standby that does not catch up.
        const stuck = members.filter((member) => member !== leader && !sound.some(({ name }) => name === member.name));
        for (const member of waitedMs > PATIENCE_MS ? stuck.filter((one) => !replaced.has(one)) : []) {
          replaced.add(member);
          await member.kill();
          member.replace();
        }
        return false;
      });
    },
    leader: () => until('no leader', async () => true),
    async stop() {
      await Promise.all(members.map((member) => member.kill()));
      await etcd.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
  try {
    await cluster.whole();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
