/** MySQL and MariaDB by URL, over mysql2 or the mariadb connector. */
import { migrate, mysqlStore, type MysqlClient } from '@mfakit/mysql';
import { exported, openWithDriver, type Driver } from '../drivers.ts';
import { parseUrl, type OpenStore } from '../store-from-url.ts';

type Pool = MysqlClient & { end(): Promise<void> };
type CreatePool = (url: string) => Pool;

const driversFor = (url: URL): readonly Driver<Pool>[] => [
  {
    module: 'mysql2/promise',
    open: (module) => (exported(module, 'createPool') as CreatePool)(withScheme(url, 'mysql')),
  },
  { module: 'mariadb', open: (module) => (exported(module, 'createPool') as CreatePool)(withScheme(url, 'mariadb')) },
];

/** Opens the store. */
export async function openMysql(url: string): Promise<OpenStore> {
  const { parsed, name } = parseUrl(url);
  const pool = await openWithDriver('MySQL', driversFor(parsed));
  return {
    store: mysqlStore(pool),
    name,
    migrate: () => migrate(pool),
    async clock() {
      const answer = await pool.execute({ sql: 'SELECT UNIX_TIMESTAMP(NOW(3)) * 1000 AS now', timeout: 10_000 }, []);
      // mysql2 gives `[rows, fields]`, mariadb gives rows.
      const [first] = answer as readonly unknown[];
      return Number(Object(Array.isArray(first) ? first[0] : first).now);
    },
    close: () => pool.end(),
  };
}

/** Each driver knows its own scheme alone. */
function withScheme(url: URL, scheme: string): string {
  return url.href.replace(/^[a-z]+:/i, `${scheme}:`);
}
