import { etcdStore } from '@mfakit/example-etcd-store';
import { missingEtcd, startEtcd, type EtcdCluster } from '@mfakit/etcd-server';
import { storeCases } from '@mfakit/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const missing = missingEtcd();
test.runIf(process.env['CI'] === 'true')('etcd is installed', () => expect(missing).toBeNull());

describe.skipIf(missing !== null)(missing ?? 'one node of etcd', () => {
  let etcd: EtcdCluster;
  beforeAll(async () => {
    etcd = await startEtcd(1);
  });
  afterAll(() => etcd.stop());

  let stores = 0;
  const cases = storeCases(async () => {
    const [endpoint = ''] = etcd.endpoints;
    const prefix = `case-${(stores += 1)}/`;
    return {
      connections: [etcdStore([endpoint], prefix), etcdStore([endpoint], prefix), etcdStore([endpoint], prefix)],
    };
  });
  for (const { name, run } of cases) test(name, run);

  test('a cluster that is gone is an error, not a user without a record', async () => {
    const store = etcdStore(['http://127.0.0.1:1']);
    await expect(store.read('alice')).rejects.toThrow('fetch failed');
    await expect(store.scan({ limit: 1 })).rejects.toThrow('fetch failed');
    await expect(store.check?.()).rejects.toThrow(/^No node of etcd answers/);
  });
});
