/** Public names of @mfakit/postgres-server. */
export { freePort } from './free-port.ts';
export { guardAgainstOrphan } from './orphan-guard.ts';
export { startPostgres } from './start-postgres.ts';
export type { PostgresOptions, PostgresServer } from './start-postgres.ts';
