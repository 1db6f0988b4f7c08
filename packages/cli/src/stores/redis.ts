/** Redis by URL, over ioredis or node-redis; a cluster needs a configuration file. */
import { fromNodeRedis, redisStore, type NodeRedis, type RedisClient } from '@mfakit/redis';
import { exported, openWithDriver, type Driver } from '../drivers.ts';
import { parseUrl, type OpenStore } from '../store-from-url.ts';

interface Connection {
  readonly client: RedisClient;
  readonly close: () => Promise<void>;
}

type IoRedis = RedisClient & {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<void>;
  quit(): Promise<unknown>;
};
type NewIoRedis = new (url: string, settings: object) => IoRedis;
type NodeRedisClient = NodeRedis & {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  quit(): Promise<unknown>;
};
type CreateClient = (settings: object) => NodeRedisClient;

const driversFor = (url: string): readonly Driver<Connection>[] => [
  {
    module: 'ioredis',
    async open(module) {
      const Redis = exported(module, 'Redis') as NewIoRedis;
      // A command ends with an error if the server is not there: nobody waits for it to come back.
      const client = new Redis(url, { lazyConnect: true, retryStrategy: null });
      client.on('error', () => undefined);
      await client.connect();
      return { client, close: async () => void (await client.quit()) };
    },
  },
  {
    module: 'redis',
    async open(module) {
      const client = (exported(module, 'createClient') as CreateClient)({ url, socket: { reconnectStrategy: false } });
      client.on('error', () => undefined);
      await client.connect();
      return { client: fromNodeRedis(client), close: async () => void (await client.quit()) };
    },
  },
];

/** Opens the store. */
export async function openRedis(url: string): Promise<OpenStore> {
  const { parsed, name } = parseUrl(url);
  const { client, close } = await openWithDriver('Redis', driversFor(parsed.href));
  return {
    store: redisStore(client),
    name,
    async clock() {
      const [seconds, microseconds] = (await client.call('TIME')) as readonly unknown[];
      return Number(seconds) * 1000 + Number(microseconds) / 1000;
    },
    close,
  };
}
