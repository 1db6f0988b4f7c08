/** startGalera: starts a real Galera cluster of three nodes on loopback. */
import { freePort } from '@mfakit/postgres-server';
import { GALERA_LIBRARY } from './programs.ts';
import { startMariadb, type MariadbServer } from './start-mariadb.ts';

/** Three nodes that replicate each other's writes. */
export interface GaleraCluster {
  readonly nodes: readonly [MariadbServer, MariadbServer, MariadbServer];
  /** Stops every node and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts the nodes one after another. One that joins gets the state of the first by `rsync`, which must be there.
 * @param settings - of every node
 * @returns the cluster, once every node accepts connections
 */
export async function startGalera(settings: Readonly<Record<string, string>> = {}): Promise<GaleraCluster> {
  const nodes: MariadbServer[] = [];
  const addresses: string[] = [];
  const stop = async (): Promise<void> => {
    for (const node of nodes.toReversed()) await node.stop();
  };
  try {
    for (let index = 0; index < 3; index += 1) {
      const [group, incremental, transfer] = [await freePort(), await freePort(), await freePort()];
      const node = await startMariadb({
        settings: {
          'binlog-format': 'ROW',
          'wsrep-on': 'ON',
          'wsrep-provider': GALERA_LIBRARY,
          'wsrep-cluster-name': `mfakit-${process.pid}`,
          'wsrep-cluster-address': `gcomm://${addresses.join(',')}`,
          'wsrep-node-name': `node-${index}`,
          'wsrep-node-address': `127.0.0.1:${group}`,
          'wsrep-sst-method': 'rsync',
          'wsrep-sst-receive-address': `127.0.0.1:${transfer}`,
          'wsrep-provider-options': `gmcast.listen_addr=tcp://127.0.0.1:${group};ist.recv_addr=127.0.0.1:${incremental};gcache.size=32M`,
          ...settings,
        },
        ...(index === 0 && { firstStartFlag: 'wsrep-new-cluster' }),
      });
      nodes.push(node);
      addresses.push(`127.0.0.1:${group}`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const [one, two, three] = nodes;
  if (one === undefined || two === undefined || three === undefined) throw new Error('There are three nodes.');
  return { nodes: [one, two, three], stop };
}
