/** Public names of @mfakit/d1. */
export { d1Store } from './d1-store.ts';
export { migrate } from './migrate.ts';
export { pruneEvents } from './prune-events.ts';

export type { D1Database, D1Result, D1Session, D1Statement } from './binding.ts';
export type { D1StoreOptions } from './d1-store.ts';
export type { MigrateOptions } from './migrate.ts';
export type { PruneEventsOptions } from './prune-events.ts';
