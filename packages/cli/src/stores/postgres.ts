/** PostgreSQL by URL, over pg or postgres.js; `?schema=` names the schema of the tables. */
import { fromPostgresJs, migrate, postgresStore, type PostgresClient, type PostgresJs } from '@mfakit/postgres';
import { TOLD } from '@mfakit/notify';
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
  const found = await client.query('SELECT to_regclass($1)::text AS name', [`${quoted(schema)}.mfa_outbox`]);
  const hasOutbox = Object(found.rows[0]).name !== null;
  return {
    store: postgresStore(client, { schema, ...(hasOutbox && { outbox: { types: TOLD } }) }),
    name,
    migrate: ({ outbox }) => migrate(client, { schema, outbox }),
    async clock() {
      const { rows } = await client.query('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::text AS now', []);
      return Number(Object(rows[0]).now);
    },
    close,
  };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
