import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll } from 'vitest';
import { missingRecords } from '../../postgres/test/missing-records.ts';
import { mysqlStore } from '../src/index.ts';
import { onServer, openDatabase, SKIPPED, type TestDatabase } from './database.ts';

onServer(`missing records${SKIPPED}`, () => {
  let server: TestDatabase;
  let database: string;
  beforeAll(async () => {
    server = await openDatabase();
    database = await server.create();
  });
  afterAll(() => server.close());

  const query = async (sql: string, values: unknown[] = []): Promise<readonly RowDataPacket[]> => {
    const [rows] = await server.pools[0].query<RowDataPacket[]>(
      sql.replace('mfa_entry', `${database}.mfa_entry`),
      values,
    );
    return rows;
  };

  missingRecords({
    open: () => mysqlStore(server.pools[0], { database }),
    async seqsOf(userId) {
      const rows = await query('SELECT seq FROM mfa_entry WHERE user_id = ? AND seq > 0 ORDER BY seq DESC', [userId]);
      return rows.map(({ seq }) => Number(seq));
    },
    damages: {
      'with the row deleted': (userId) => query('DELETE FROM mfa_entry WHERE user_id = ? AND seq = 0', [userId]),
      'with an older record restored': (userId, old) =>
        query(`UPDATE mfa_entry SET revision = 'restored', body = ? WHERE user_id = ? AND seq = 0`, [old, userId]),
    },
  });
});
