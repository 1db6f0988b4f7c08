/** Sql: what the application needs of a database, so that it runs on SQLite and on PostgreSQL alike. */
import { MIRROR_INDEXES, MIRROR_TABLE_COLUMNS } from './mirror-columns.ts';

/**
 * Runs one statement. Parameters are written `$1`, `$2` ...
 * @returns the rows; empty for a statement that gives none
 */
export type Sql = (statement: string, values?: readonly (string | number | null)[]) => Promise<readonly SqlRow[]>;

/** A row by column name. PostgreSQL gives whole numbers as text: read them with `Number`. */
export type SqlRow = Readonly<Record<string, unknown>>;

const STATEMENTS = [
  `CREATE TABLE IF NOT EXISTS account (
    id TEXT PRIMARY KEY, user_name TEXT NOT NULL UNIQUE, password_hash TEXT, is_admin INTEGER NOT NULL,
    mfa_seq BIGINT NOT NULL DEFAULT 0, ${MIRROR_TABLE_COLUMNS})`,
  `CREATE TABLE IF NOT EXISTS session (
    id_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL,
    auth_time BIGINT, session_epoch BIGINT NOT NULL DEFAULT 0)`,
  ...MIRROR_INDEXES,
];

/** Creates the tables and indexes that are missing. */
export async function createTables(sql: Sql): Promise<void> {
  for (const statement of STATEMENTS) await sql(statement);
}
