/** DatabaseFile: a database in a folder of its own, and the connections that a test opens to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../src/index.ts';
import { libsql, type Connection, type Open } from './drivers.ts';

/** A file that lasts as long as its test. */
export interface DatabaseFile {
  readonly path: string;
  /** Opens one more connection. */
  connect(options?: { readonly readOnly?: boolean }): Connection;
  /** Closes every connection and removes the file. */
  remove(): void;
}

/** Makes a migrated file, with a table for the outbox. */
export async function databaseFile(open: Open = libsql.open): Promise<DatabaseFile> {
  const file = emptyFile(open);
  await migrate(file.connect(), { outbox: true });
  return file;
}

/** Makes a file without tables. */
export function emptyFile(open: Open = libsql.open, parent: string = tmpdir()): DatabaseFile {
  const folder = mkdtempSync(join(parent, 'mfakit-sqlite-'));
  const path = join(folder, 'mfa.db');
  const connections: Connection[] = [];
  return {
    path,
    connect(options) {
      const connection = open(path, options);
      connections.push(connection);
      return connection;
    },
    remove() {
      for (const connection of connections) connection.close();
      rmSync(folder, { recursive: true });
    },
  };
}
