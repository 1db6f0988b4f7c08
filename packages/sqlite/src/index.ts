/** Public names of @mfakit/sqlite. */
export { migrate } from './migrate.ts';
export { pruneEvents } from './prune-events.ts';
export { sqliteStore } from './sqlite-store.ts';

export type { SqliteDatabase, SqliteStatement } from './driver.ts';
export type { MigrateOptions } from './migrate.ts';
export type { PruneEventsOptions } from './prune-events.ts';
export type { SqliteStoreOptions } from './sqlite-store.ts';
