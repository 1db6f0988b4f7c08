/** A fail-over between real nodes under Patroni, whose leader is killed in a burst of commits. */
import { testClock } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { migrate, postgresStore } from '../src/index.ts';
import { prepareBurst } from './burst.ts';
import { openPool } from './database.ts';
import { missingPatroni, startPatroni, type PatroniCluster } from './patroni-cluster.ts';
import type { PatroniNode } from './patroni-node.ts';
import { openProxy } from './proxy.ts';
import { tally } from './users.ts';

/** `MFAKIT_TEST_LONG=1`: three nodes, and ten of their leaders killed. */
const LONG = process.env['MFAKIT_TEST_LONG'] === '1';
const ROUNDS = 10;
const USERS = 12;

const missing = missingPatroni();
test.runIf(LONG && process.env['CI'] === 'true')('Patroni is installed', () => expect(missing).toBeNull());

/** Kills the leader after a few answers of a burst, and looks whether what was told is there on the next one. */
async function failOver(
  cluster: PatroniCluster,
  name: string,
  prepare: (leader: PatroniNode) => Promise<void>,
): Promise<void> {
  const leader = await cluster.whole();
  // The address that applications know: leads to the leader, whoever that is.
  const proxy = await openProxy(leader.port);
  const pool = openPool(`postgres://postgres:postgres@127.0.0.1:${proxy.port}/postgres`);
  try {
    await migrate(pool);
    const store = postgresStore(pool);
    const burst = await prepareBurst(store, testClock(), USERS, name);
    await cluster.whole();
    await prepare(leader);
    let killed: Promise<void> | undefined;
    const outcomes = await burst.fire((answered) => {
      if (answered === USERS) killed = leader.kill();
    });
    await killed;
    expect(tally(outcomes)).toMatchObject({ store_unavailable: expect.any(Number), accepted: expect.any(Number) });
    const next = await cluster.leader();
    expect(next.port).not.toBe(leader.port);
    proxy.leadTo(next.port);
    await burst.fire();
    await burst.expectKept(store);
  } finally {
    await pool.end();
    await proxy.close();
    leader.replace();
  }
}

describe.skipIf(!LONG || missing !== null)(missing ?? 'under Patroni', () => {
  test('synchronous: ten leaders killed, and nothing that was told is lost', { timeout: 900_000 }, async () => {
    const cluster = await startPatroni({ synchronous: true });
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        await failOver(cluster, `round-${round}`, async () => undefined);
      }
    } finally {
      await cluster.stop();
    }
  });

  test('asynchronous: a loss is noticed', { timeout: 300_000 }, async () => {
    const cluster = await startPatroni({ synchronous: false });
    try {
      const lost = failOver(cluster, 'lost', async (leader) => {
        // From here on, what is committed is told, and reaches no standby.
        const pool = openPool(leader.url);
        const { rows } = await pool.query('SELECT pid FROM pg_stat_replication');
        expect(rows).toHaveLength(2);
        for (const { pid } of rows as readonly { readonly pid: number }[]) process.kill(pid, 'SIGSTOP');
        await pool.end();
      });
      await expect(lost).rejects.toThrow(/to deeply equal ArrayContaining/);
    } finally {
      await cluster.stop();
    }
  });
});
