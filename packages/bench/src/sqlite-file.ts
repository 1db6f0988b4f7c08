/** SqliteFile: a database of libsql in a temporary folder; its binaries come with the registry package. */
import type { SqliteDatabase } from '@mfakit/sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An open file, to be removed by who opened it. */
export interface SqliteFile {
  readonly database: SqliteDatabase;
  remove(): void;
}

type Libsql = new (file: string) => SqliteDatabase & { close(): void };

/** Makes an empty file. */
export function openSqlite(): SqliteFile {
  // Its types are those of another package.
  const Database = createRequire(import.meta.url)('libsql') as Libsql;
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-bench-'));
  const database = new Database(join(folder, 'mfa.db'));
  return {
    database,
    remove() {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
