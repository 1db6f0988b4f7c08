/** Foreign clients: recognizes what cannot be used as it is, and says what to hand over instead. */

/** How a client is recognized, and what to hand over in its place. */
interface ForeignClient {
  readonly name: string;
  /** Properties that it has, all of them, and no client of ours has. */
  readonly signs: readonly string[];
  readonly instead: string;
}

const FOREIGN: readonly ForeignClient[] = [
  // Before the clients: a queue has the methods of its client.
  {
    name: 'a pipeline or transaction of ioredis',
    signs: ['call', 'exec', 'length'],
    instead: 'What it queues may be carried out late, or not at all: hand over the client that it came from.',
  },
  {
    name: 'a transaction of node-redis',
    signs: ['exec', 'execAsPipeline'],
    instead: 'What it queues may be carried out late, or not at all: hand over fromNodeRedis(client).',
  },
  { name: 'a client of node-redis', signs: ['sendCommand', 'hGetAll'], instead: 'Hand over fromNodeRedis(client).' },
  {
    name: 'a client of Upstash',
    signs: ['hgetall', 'evalsha', 'createScript'],
    instead: 'It speaks HTTP: hand over a client of ioredis, connected to the rediss:// address of the database.',
  },
  {
    name: 'a client of an SQL database',
    signs: ['query'],
    instead: 'This store speaks Redis: hand over a client of ioredis, or fromNodeRedis(client).',
  },
];

/** @throws {TypeError} that says what to hand over, if this is one of them */
export function refuseForeignClient(client: unknown): void {
  if (client === null || !['object', 'function'].includes(typeof client)) return;
  const has = (sign: string): boolean => !['undefined', 'string'].includes(typeof Reflect.get(Object(client), sign));
  const found = FOREIGN.find(({ signs }) => signs.every(has));
  if (found !== undefined) throw new TypeError(`The Redis client is ${found.name}. ${found.instead}`);
}
