/** Foreign clients: recognizes what cannot be used as it is, and says what to hand over instead. */

/** How a client is recognized, and what to hand over in its place. */
interface ForeignClient {
  readonly name: string;
  /** Properties that it has, all of them, and no binding has. */
  readonly signs: readonly string[];
  readonly instead: string;
}

const BINDING = 'the binding of the Worker itself, such as env.DB';

const FOREIGN: readonly ForeignClient[] = [
  {
    name: 'Kysely',
    signs: ['selectFrom', 'insertInto', 'executeQuery'],
    instead: `Hand over ${BINDING}: its dialect was given it.`,
  },
  {
    name: 'Prisma',
    signs: ['$queryRawUnsafe', '$executeRawUnsafe'],
    instead: `Hand over ${BINDING}: its adapter was given it.`,
  },
  {
    name: 'Drizzle',
    signs: ['select', 'insert', '_'],
    instead: `Hand over ${BINDING}: it is $client of the database.`,
  },
  {
    name: 'a session of D1',
    signs: ['prepare', 'batch', 'getBookmark'],
    instead: `It may read from a replica. Hand over ${BINDING}: the store opens sessions of its own.`,
  },
  {
    name: '@libsql/client',
    signs: ['execute', 'executeMultiple', 'batch'],
    instead: `This store speaks to D1: hand over ${BINDING}.`,
  },
  {
    name: 'a driver of SQLite',
    signs: ['prepare', 'exec', 'close'],
    instead: 'Use sqliteStore of @mfakit/sqlite.',
  },
];

/** @throws {TypeError} that says what to hand over, if this is one of them */
export function refuseForeignClient(client: unknown): void {
  if (client === null || !['object', 'function'].includes(typeof client)) return;
  const has = (sign: string): boolean => !['undefined', 'string'].includes(typeof Reflect.get(Object(client), sign));
  const found = FOREIGN.find(({ signs }) => signs.every(has));
  if (found !== undefined) throw new TypeError(`The D1 database is of another kind: ${found.name}. ${found.instead}`);
}
