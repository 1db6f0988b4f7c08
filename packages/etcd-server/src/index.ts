/** Public names of @mfakit/etcd-server. */
export { missingEtcd, startEtcd } from './start-etcd.ts';
export type { EtcdCluster, EtcdNode } from './start-etcd.ts';
