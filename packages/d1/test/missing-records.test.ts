import { afterAll, beforeAll, beforeEach } from 'vitest';
import { missingRecords } from '../../postgres/test/missing-records.ts';
import { d1Store } from '../src/index.ts';
import { resetTables, sql } from './tables.ts';
import { startWorkerd, type Workerd } from './workerd.ts';

let workerd: Workerd;
beforeAll(async () => {
  workerd = await startWorkerd();
}, 60_000);
afterAll(() => workerd.stop());
beforeEach(() => resetTables(workerd.database));

missingRecords({
  open: () => d1Store(workerd.database),
  async seqsOf(userId) {
    const text = 'SELECT seq FROM mfa_event WHERE user_id = ? ORDER BY seq DESC';
    return (await sql(workerd.database, text, userId)).results.map(({ seq }) => Number(seq));
  },
  damages: {
    'with the row deleted': (userId) => sql(workerd.database, 'DELETE FROM mfa_record WHERE user_id = ?', userId),
    'with an older record restored': (userId, old) =>
      sql(workerd.database, `UPDATE mfa_record SET revision = 'restored', record = ? WHERE user_id = ?`, old, userId),
  },
});
