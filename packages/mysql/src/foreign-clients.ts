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
    instead: 'Hand over the Pool that its MysqlDialect was given, with its promises: pool.promise().',
  },
  {
    name: 'Prisma',
    signs: ['$queryRawUnsafe', '$executeRawUnsafe'],
    instead: 'Hand over a Pool of mysql2/promise for the same DATABASE_URL.',
  },
  {
    name: 'Drizzle',
    signs: ['select', 'insert', '_'],
    instead: 'Hand over the Pool of mysql2/promise that drizzle() was given: it is $client of the database.',
  },
  {
    name: 'mysql2 with callbacks',
    signs: ['execute', 'promise'],
    instead: 'Hand over its promises: pool.promise().',
  },
  {
    name: 'mysql',
    signs: ['query', 'getConnection', 'acquireConnection'],
    instead: 'It prepares no statements: hand over a Pool of mysql2/promise.',
  },
  {
    name: 'pg',
    signs: ['query', 'connect', 'idleCount'],
    instead: 'This store speaks MySQL: hand over a Pool of mysql2/promise, or use @mfakit/postgres.',
  },
  {
    name: 'postgres.js',
    signs: ['unsafe', 'begin'],
    instead: 'This store speaks MySQL: hand over a Pool of mysql2/promise, or use @mfakit/postgres.',
  },
];

/** @throws {TypeError} that says what to hand over, if this is one of them */
export function refuseForeignClient(client: unknown): void {
  if (client === null || !['object', 'function'].includes(typeof client)) return;
  const has = (sign: string): boolean => !['undefined', 'string'].includes(typeof Reflect.get(Object(client), sign));
  const found = FOREIGN.find(({ signs }) => signs.every(has));
  if (found !== undefined) throw new TypeError(`The MySQL client is a client of ${found.name}. ${found.instead}`);
}
