import { afterAll, beforeAll } from 'vitest';
import { postgresStore } from '../src/index.ts';
import { openDatabase, type TestDatabase } from './database.ts';
import { missingRecords } from './missing-records.ts';

let database: TestDatabase;
let schema: string;
beforeAll(async () => {
  database = await openDatabase();
  schema = await database.createSchema();
});
afterAll(() => database.close());

const query = async (sql: string, values: unknown[] = []): Promise<readonly Record<string, unknown>[]> =>
  (await database.pools[0].query(sql.replaceAll('mfa_', `${schema}.mfa_`), values)).rows;

missingRecords({
  open: () => postgresStore(database.pools[0], { schema }),
  async seqsOf(userId) {
    const rows = await query('SELECT seq FROM mfa_event WHERE user_id = $1 ORDER BY seq DESC', [userId]);
    return rows.map(({ seq }) => Number(seq));
  },
  damages: {
    'with the row deleted': (userId) => query('DELETE FROM mfa_record WHERE user_id = $1', [userId]),
    'with an older record restored': (userId, old) =>
      query(`UPDATE mfa_record SET revision = 'restored', record = $2::jsonb WHERE user_id = $1`, [userId, old]),
  },
});
