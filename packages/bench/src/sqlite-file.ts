/** SqliteFile: a libsql database in a temporary folder. The registry package brings its binaries. */
import type { SqliteDatabase } from '@mfakit/sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An open file. Whoever opens it must remove it. */
export interface SqliteFile {
  readonly database: SqliteDatabase;
  remove(): void;
}

type Libsql = new (file: string) => SqliteDatabase & { close(): void };

/** Makes an empty file. */
export function openSqlite(): SqliteFile {
  // Its types come from another package.
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
