import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { emptyFile } from '../test/database-file.ts';
import type { SqliteDatabase } from './driver.ts';
import { migrate } from './migrate.ts';
import { JOURNAL, TABLES } from './schema.ts';
import { sqliteStore } from './sqlite-store.ts';

const schemaSql = readFileSync(new URL('../schema.sql', import.meta.url), 'utf8');
const SCHEMA = 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name';

test('schema.sql holds what migrate runs', async () => {
  expect(schemaSql).toBe(`${JOURNAL}\n${TABLES}`);
  const [byHand, migrated] = [emptyFile(), emptyFile()];
  onTestFinished(() => [byHand, migrated].forEach((file) => file.remove()));
  const databases = [byHand.connect(), migrated.connect()] as const;
  databases[0].exec(schemaSql);
  await migrate(databases[1]);
  for (const sql of [SCHEMA, 'PRAGMA journal_mode']) {
    expect(databases[0].prepare(sql).all()).toEqual(databases[1].prepare(sql).all());
  }
});

test('migrating again changes nothing', async () => {
  const file = emptyFile();
  onTestFinished(() => file.remove());
  const database = file.connect();
  await migrate(database);
  const schema = database.prepare(SCHEMA).all();
  database.exec(`INSERT INTO mfa_record (user_id, revision, record) VALUES ('alice', 'a', '{"factors":[]}')`);
  await migrate(database);
  expect(database.prepare(SCHEMA).all()).toEqual(schema);
  expect(await sqliteStore(database).read('alice')).toMatchObject({ revision: 'a' });
});

test('tries again where another process is just switching to WAL, but not for ever', async () => {
  const file = emptyFile();
  onTestFinished(() => file.remove());
  const database = file.connect();
  const refusing = (times: number): SqliteDatabase => ({
    prepare: (sql) => database.prepare(sql),
    exec(sql) {
      if (sql === JOURNAL && times-- > 0) throw new Error('database is locked');
      return database.exec(sql);
    },
  });
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const refused = migrate(refusing(Infinity)).catch((error: unknown) => String(error));
  await vi.advanceTimersByTimeAsync(6000);
  expect(await refused).toBe('Error: database is locked');
  expect(database.prepare(SCHEMA).all()).toEqual([]);
  const migrated = migrate(refusing(2));
  await vi.advanceTimersByTimeAsync(1000);
  await migrated;
  expect(database.prepare('PRAGMA journal_mode').all()).toEqual([{ journal_mode: 'wal' }]);
});

test('throws inside a transaction of the host', async () => {
  const file = emptyFile();
  onTestFinished(() => file.remove());
  const database = file.connect();
  database.exec('BEGIN');
  await expect(migrate(database)).rejects.toThrow(/transaction/);
  database.exec('COMMIT');
  expect(database.prepare(SCHEMA).all()).toEqual([]);
});
