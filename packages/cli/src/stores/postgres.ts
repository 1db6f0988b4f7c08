/** PostgreSQL by URL, over pg or postgres.js; `?schema=` names the schema of the tables. */
import { fromPostgresJs, migrate, postgresStore, type PostgresClient, type PostgresJs } from '@mfakit/postgres';
import { exported, openWithDriver, type Driver } from '../drivers.ts';
import { parseUrl, type OpenStore } from '../store-from-url.ts';

interface Connection {
  readonly client: PostgresClient;
  readonly close: () => Promise<void>;
}

interface Pool extends PostgresClient {
  on(event: 'error', listener: () => void): unknown;
  end(): Promise<void>;
}
type NewPool = new (settings: { readonly connectionString: string }) => Pool;
type Postgres = (url: string) => PostgresJs & { end(): Promise<void> };

const driversFor = (url: string): readonly Driver<Connection>[] => [
  {
    module: 'pg',
    open: (module) => {
      const Pool = exported(module, 'Pool') as NewPool;
      const pool = new Pool({ connectionString: url });
      // A broken idle connection; the next statement tells.
      pool.on('error', () => undefined);
      return { client: pool, close: () => pool.end() };
    },
  },
  {
    module: 'postgres',
    open: (module) => {
      const sql = (exported(module, 'default') as Postgres)(url);
      return { client: fromPostgresJs(sql), close: () => sql.end() };
    },
  },
];

/** Opens the store. */
export async function openPostgres(url: string): Promise<OpenStore> {
  const { parsed, name } = parseUrl(url);
  const schema = parsed.searchParams.get('schema') ?? 'public';
  // Other tools know it; the server does not.
  parsed.searchParams.delete('schema');
  const { client, close } = await openWithDriver('PostgreSQL', driversFor(parsed.href));
  return {
    store: postgresStore(client, { schema }),
    name,
    migrate: () => migrate(client, { schema }),
    async clock() {
      const { rows } = await client.query('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::text AS now', []);
      return Number(Object(rows[0]).now);
    },
    close,
  };
}
