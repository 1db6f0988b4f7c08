/** SQLite: one file, with one connection for the application and one for the library. */
import type { Sql } from '@mfakit/example-application';
import type { MfaStore } from '@mfakit/core';
import { migrate, sqliteStore, type SqliteDatabase } from '@mfakit/sqlite';
import { createRequire } from 'node:module';

/** What the example keeps its data in. */
export interface Database {
  readonly sql: Sql;
  readonly store: MfaStore;
  close(): void;
}

interface Connection extends SqliteDatabase {
  close(): unknown;
}

// `libsql` because its binaries lie in the registry; better-sqlite3 and node:sqlite are used in the same way.
const require = createRequire(import.meta.url);
const Libsql = require('libsql') as new (file: string) => Connection;

/** Opens a file; makes the library's tables if they are missing. */
export async function openDatabase(file: string): Promise<Database> {
  // The library wants a connection of its own: a transaction of ours must never hold its writes.
  const ours = new Libsql(file);
  const theirs = new Libsql(file);
  await migrate(theirs);
  ours.exec('PRAGMA busy_timeout = 5000');
  return {
    sql: sqlOver(ours),
    store: sqliteStore(theirs),
    close() {
      ours.close();
      theirs.close();
    },
  };
}

function sqlOver(database: SqliteDatabase): Sql {
  return async (statement, values = []) => {
    const prepared = database.prepare(statement.replaceAll(/\$\d+/g, '?'));
    const inOrder = [...statement.matchAll(/\$(\d+)/g)].map(([, number]) => values[Number(number) - 1] ?? null);
    const bound = inOrder as (string | number)[];
    if (/^SELECT|RETURNING/.test(statement)) return prepared.all(...bound) as Record<string, unknown>[];
    prepared.run(...bound);
    return [];
  };
}
