/** Public names of @mfakit/mysql. */
export type { MysqlClient, MysqlStatement, MysqlValue } from './client.ts';
export { migrate } from './migrate.ts';
export type { MigrateOptions } from './migrate.ts';
export { mysqlStore } from './mysql-store.ts';
export type { MysqlStoreOptions } from './mysql-store.ts';
export { pruneEvents } from './prune-events.ts';
export type { PruneEventsOptions } from './prune-events.ts';
