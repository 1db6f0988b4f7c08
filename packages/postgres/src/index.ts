/** Public names of @mfakit/postgres. */
export { fromPostgresJs } from './client.ts';
export type { NamedStatement, PostgresClient, PostgresJs, PostgresResult, PreparingClient } from './client.ts';
export { migrate } from './migrate.ts';
export type { MigrateOptions } from './migrate.ts';
export { postgresStore } from './postgres-store.ts';
export type { BatchOptions, PostgresStoreOptions } from './postgres-store.ts';
export { pruneEvents } from './prune-events.ts';
export type { PruneEventsOptions } from './prune-events.ts';
