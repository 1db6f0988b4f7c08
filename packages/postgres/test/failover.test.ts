import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres, type PostgresServer } from '@mfakit/postgres-server';
import { testClock } from '@mfakit/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { migrate, postgresStore } from '../src/index.ts';
import { prepareBurst } from './burst.ts';
import { openPool } from './database.ts';
import { openProxy, type Proxy } from './proxy.ts';
import { tally } from './users.ts';

let primary: PostgresServer;
let standby: PostgresServer;
/** The address that applications know: leads to the primary, and after the fail-over to the standby. */
let proxy: Proxy;

beforeEach(async () => {
  primary = await startPostgres();
  // The copy of a server at rest is a base backup.
  await primary.shutDown();
  standby = await startPostgres({
    copyOf: primary.dataDir,
    settings: {
      primary_conninfo: `host=127.0.0.1 port=${primary.port} user=postgres application_name=standby`,
      wal_retrieve_retry_interval: '100ms',
    },
    prepare: (dataDir) => writeFileSync(join(dataDir, 'standby.signal'), ''),
  });
  appendFileSync(join(primary.dataDir, 'postgresql.auto.conf'), "synchronous_standby_names = 'standby'\n");
  await primary.restart();
  proxy = await openProxy(primary.port);
});
afterEach(async () => {
  await proxy.close();
  await standby.stop();
  await primary.stop();
});

test('the primary is killed in mid-burst and its synchronous standby promoted', async () => {
  const clock = testClock();
  const pool = openPool(`postgres://postgres@127.0.0.1:${proxy.port}/postgres`);
  const onStandby = openPool(standby.url);
  try {
    await migrate(pool);
    const { rows } = await pool.query('SELECT sync_state FROM pg_stat_replication');
    expect(rows).toEqual([{ sync_state: 'sync' }]);
    const store = postgresStore(pool);
    const burst = await prepareBurst(store, clock, 12);

    let over: Promise<void> | undefined;
    const outcomes = await burst.fire((answered) => {
      if (answered !== 16) return;
      over = (async () => {
        await primary.kill();
        await onStandby.query('SELECT pg_promote()');
        proxy.leadTo(standby.port);
      })();
    });
    await over;
    expect(tally(outcomes)).toMatchObject({ store_unavailable: expect.any(Number), accepted: expect.any(Number) });
    await vi.waitFor(async () => {
      const { rows: answers } = await onStandby.query('SELECT pg_is_in_recovery() AS standby');
      expect(answers).toEqual([{ standby: false }]);
    });
    await burst.fire();
    await burst.expectKept(store);
  } finally {
    await pool.end();
    await onStandby.end();
  }
});
