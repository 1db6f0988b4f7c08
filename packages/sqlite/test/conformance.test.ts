import { test } from 'vitest';
import { OUTBOX_TYPES, storeCases } from '@mfakit/testkit';
import { sqliteStore } from '../src/index.ts';
import { databaseFile } from './database-file.ts';
import { onEachDriver } from './on-each-driver.ts';

onEachDriver('four connections to one file', (_name, open) => {
  const cases = storeCases(async () => {
    const file = await databaseFile(open);
    const connect = () => sqliteStore(file.connect(), { outbox: { types: OUTBOX_TYPES } });
    return {
      connections: [connect(), connect(), connect(), connect()],
      breakDown: async () =>
        void file.connect().exec('DROP TABLE mfa_record; DROP TABLE mfa_event; DROP TABLE mfa_outbox'),
      close: async () => file.remove(),
    };
  });
  for (const { name: promise, run } of cases) test(promise, run);
});
