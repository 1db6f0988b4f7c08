/** Public names of @mfakit/mysql-server. */
export { mariadbFolder } from './programs.ts';
export { startGalera } from './start-galera.ts';
export type { GaleraCluster } from './start-galera.ts';
export { startMariadb } from './start-mariadb.ts';
export type { MariadbOptions, MariadbServer } from './start-mariadb.ts';
