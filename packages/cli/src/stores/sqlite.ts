/** SQLite by path, over better-sqlite3, libsql or the one that Node has. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TOLD } from '@mfakit/notify';
import { migrate, sqliteStore, type SqliteDatabase } from '@mfakit/sqlite';
import { exported, openWithDriver, type Driver } from '../drivers.ts';
import { Failure } from '../failure.ts';
import type { OpenStore } from '../store-from-url.ts';

type Connection = SqliteDatabase & { close(): unknown };
type NewConnection = new (path: string) => Connection;

const driversFor = (path: string): readonly Driver<Connection>[] => [
  ...['better-sqlite3', 'libsql'].map((module) => ({
    module,
    open: (loaded: Readonly<Record<string, unknown>>) => new (loaded['default'] as NewConnection)(path),
  })),
  { module: 'node:sqlite', open: (loaded) => new (exported(loaded, 'DatabaseSync') as NewConnection)(path) },
];

/** Opens the store. Only `migrate` makes a file that is not there. */
export async function openSqlite(url: string): Promise<OpenStore> {
  const path = pathIn(url);
  const isNew = !existsSync(path);
  const open = (): Promise<Connection> => openWithDriver('SQLite', driversFor(path));
  if (isNew) {
    return {
      store: missing,
      name: `sqlite:${path}`,
      async migrate({ outbox }) {
        const database = await open();
        await migrate(database, { outbox });
        database.close();
      },
      close: async () => undefined,
    };
  }
  const database = await open();
  const hasOutbox = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'mfa_outbox'").all().length > 0;
  return {
    store: sqliteStore(database, hasOutbox ? { outbox: { types: TOLD } } : {}),
    name: `sqlite:${path}`,
    migrate: ({ outbox }) => migrate(database, { outbox }),
    close: async () => void database.close(),
  };
}

function pathIn(url: string): string {
  const path = url.startsWith('file:///') ? fileURLToPath(url) : url.replace(/^(?:sqlite|file):(?:\/\/(?=\/))?/i, '');
  if (path === '' || path.startsWith('//')) {
    throw new Failure('bad_url', 'The URL of an SQLite database is sqlite: and a path, such as sqlite:mfa.db.');
  }
  return path;
}

const noFile = async (): Promise<never> => {
  throw new Failure('no_database', 'There is no such SQLite file. Check the path, or make it with: mfakit migrate');
};
/** In place of a file that is not there: SQLite would make an empty one, in which nobody has MFA. */
const missing = { read: noFile, commit: noFile, events: noFile, scan: noFile, check: noFile, pruneEvents: noFile };
