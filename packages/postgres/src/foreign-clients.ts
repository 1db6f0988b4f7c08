/** Foreign clients: recognizes what cannot be used as it is, and says what to hand over instead. */

/** How a client is recognized, and what to hand over in its place. */
interface ForeignClient {
  readonly name: string;
  /** Properties that it has, all of them, and no client of ours has. */
  readonly signs: readonly string[];
  readonly instead: string;
}

const FOREIGN: readonly ForeignClient[] = [
  {
    name: 'Kysely',
    signs: ['selectFrom', 'insertInto', 'executeQuery'],
    instead: 'Hand over the Pool that its PostgresDialect was given.',
  },
  {
    name: 'Prisma',
    signs: ['$queryRawUnsafe', '$executeRawUnsafe'],
    instead: 'Hand over a Pool of pg for the same DATABASE_URL.',
  },
  {
    name: 'Drizzle',
    signs: ['select', 'insert', '_'],
    instead: 'Hand over the Pool that drizzle() was given: it is $client of the database.',
  },
  {
    name: 'mysql2',
    signs: ['query', 'execute', 'escapeId'],
    instead: 'This store speaks PostgreSQL: hand over a Pool of pg.',
  },
  { name: 'postgres.js', signs: ['unsafe', 'begin'], instead: 'Hand over fromPostgresJs(sql).' },
];

/** @throws {TypeError} that says what to hand over, if this is one of them */
export function refuseForeignClient(client: unknown): void {
  if (client === null || !['object', 'function'].includes(typeof client)) return;
  const has = (sign: string): boolean => !['undefined', 'string'].includes(typeof Reflect.get(Object(client), sign));
  const found = FOREIGN.find(({ signs }) => signs.every(has));
  if (found !== undefined) throw new TypeError(`The PostgreSQL client is a client of ${found.name}. ${found.instead}`);
}
