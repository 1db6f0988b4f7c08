/** The drivers that the store is tested on, each where it runs. */
import { createRequire } from 'node:module';
import type { SqliteDatabase } from '../src/index.ts';

/** A connection that the test opened and has to close. */
export interface Connection extends SqliteDatabase {
  close(): unknown;
}

/** How to open a file; a read-only connection writes nothing. */
export type Open = (file: string, options?: { readonly readOnly?: boolean }) => Connection;

/** A driver, or why it cannot run here. */
export type Driver =
  | { readonly name: string; readonly open: Open; readonly skipped?: undefined }
  | { readonly name: string; readonly open?: undefined; readonly skipped: string };

type BetterSqlite3 = new (file: string, options?: { readonly readonly?: boolean }) => Connection;
type NodeSqlite = {
  readonly DatabaseSync: new (file: string, options?: { readonly readOnly?: boolean }) => Connection;
};

const require = createRequire(import.meta.url);

const Libsql = require('libsql') as BetterSqlite3;

/** Compatible with better-sqlite3, and always there: its binaries lie in the registry. */
export const libsql: Driver & { readonly open: Open } = {
  name: 'libsql',
  open: (file, { readOnly = false } = {}) => {
    const connection = new Libsql(file);
    // It takes `readonly` and ignores it.
    if (readOnly) connection.exec('PRAGMA query_only = ON');
    return connection;
  },
};

/** Every driver. */
export const drivers: readonly Driver[] = [libsql, betterSqlite3(), nodeSqlite()];

/** By name, for a process that was told which one to use. */
export function openWith(name: string): Open {
  const open = drivers.find((driver) => driver.name === name)?.open;
  if (open === undefined) throw new Error(`${name} does not run here.`);
  return open;
}

function betterSqlite3(): Driver {
  const name = 'better-sqlite3';
  try {
    const Database = require('better-sqlite3') as BetterSqlite3;
    const open: Open = (file, { readOnly = false } = {}) => new Database(file, { readonly: readOnly });
    // The package may be there without a binary for this release of Node.
    open(':memory:').close();
    return { name, open };
  } catch (error) {
    return { name, skipped: `no binary for Node ${process.versions.node}: ${reasonOf(error)}` };
  }
}

function nodeSqlite(): Driver {
  const name = 'node:sqlite';
  const sqlite = process.getBuiltinModule('node:sqlite') as unknown as NodeSqlite | undefined;
  if (sqlite === undefined) return { name, skipped: `Node ${process.versions.node} has none; 22.13 and newer do` };
  return { name, open: (file, { readOnly = false } = {}) => new sqlite.DatabaseSync(file, { readOnly }) };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node refuses a binary for another version of its interface, before any of its code runs.
  if ('code' in error && error.code === 'ERR_DLOPEN_FAILED') return 'it is built for another release';
  return error.message.split('\n')[0] ?? '';
}
