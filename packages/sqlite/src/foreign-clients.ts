/** Foreign clients: recognizes what cannot be used as it is, and says what to hand over instead. */

/** How a client is recognized, and what to hand over in its place. */
interface ForeignClient {
  readonly name: string;
  /** Properties that it has, all of them, and no driver of SQLite has. */
  readonly signs: readonly string[];
  readonly instead: string;
}

const CONNECTION = 'a connection of better-sqlite3, node:sqlite or libsql';

const FOREIGN: readonly ForeignClient[] = [
  {
    name: 'Kysely',
    signs: ['selectFrom', 'insertInto', 'executeQuery'],
    instead: 'Hand over another connection to the file that its SqliteDialect was given.',
  },
  {
    name: 'Prisma',
    signs: ['$queryRawUnsafe', '$executeRawUnsafe'],
    instead: `Hand over ${CONNECTION} to the file in its DATABASE_URL.`,
  },
  {
    name: 'Drizzle',
    signs: ['select', 'insert', '_'],
    instead: `Hand over ${CONNECTION} of its own, to the same file: $client of the database is of that kind.`,
  },
  {
    name: 'mysql2',
    signs: ['query', 'execute', 'escapeId'],
    instead: `This store speaks SQLite: hand over ${CONNECTION}.`,
  },
  {
    name: '@libsql/client',
    signs: ['execute', 'executeMultiple', 'batch'],
    instead: "It is asynchronous: hand over a Database of the package libsql, or better-sqlite3's.",
  },
  {
    name: 'pg',
    signs: ['query', 'connect', 'end'],
    instead: 'This store speaks SQLite: use postgresStore of @mfakit/postgres.',
  },
];

/** @throws {TypeError} that says what to hand over, if this is one of them */
export function refuseForeignClient(client: unknown): void {
  if (client === null || !['object', 'function'].includes(typeof client)) return;
  const has = (sign: string): boolean => !['undefined', 'string'].includes(typeof Reflect.get(Object(client), sign));
  const found = FOREIGN.find(({ signs }) => signs.every(has));
  if (found !== undefined) throw new TypeError(`The SQLite database is a client of ${found.name}. ${found.instead}`);
}
