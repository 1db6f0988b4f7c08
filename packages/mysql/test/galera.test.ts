/** A Galera cluster of three nodes: the kit and races over all of them, and a node whose applier is held back. */
import { startGalera, type GaleraCluster } from '@mfakit/mysql-server';
import { storeCases, testClock } from '@mfakit/testkit';
import type { Pool, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate, mysqlStore, type MysqlClient } from '../src/index.ts';
import { openPool } from './database.ts';
import { prepareBurst } from '../../postgres/test/burst.ts';
import { outcomeOf, startApplication, tally, wholeHistory } from '../../postgres/test/users.ts';

/** `MFAKIT_TEST_LONG=1`: three servers take a minute to start. */
const LONG = process.env['MFAKIT_TEST_LONG'] === '1';

/** One connection of a pool, with its own `wsrep_sync_wait`, as a pool would be. */
async function readingWith(pool: Pool, waits: 0 | 1): Promise<MysqlClient> {
  const connection = await pool.getConnection();
  await connection.query(`SET SESSION wsrep_sync_wait = ${waits}`);
  return { execute: (statement, values) => connection.execute(statement, values) };
}

describe.runIf(LONG)('a Galera cluster of three nodes', { timeout: 120_000 }, () => {
  let cluster: GaleraCluster;
  /** One of each node, whose reads wait until what was committed before, on any node, is applied on theirs. */
  let pools: readonly [Pool, Pool, Pool];
  beforeAll(async () => {
    cluster = await startGalera({ 'wsrep-sync-wait': '1', 'wsrep-slave-threads': '2' });
    const [one, two, three] = cluster.nodes;
    pools = [openPool(one.url), openPool(two.url), openPool(three.url)];
    await migrate(pools[0]);
    const [rows] = await pools[2].query<RowDataPacket[]>("SHOW STATUS LIKE 'wsrep_cluster_size'");
    expect(rows[0]?.['Value']).toBe('3');
  }, 240_000);
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await cluster.stop();
  }, 120_000);
  const empty = (): Promise<unknown> => pools[0].query('DELETE FROM mfa_entry');

  const cases = storeCases(async () => {
    await empty();
    const [one, two, three] = pools;
    return { connections: [mysqlStore(one), mysqlStore(two), mysqlStore(three)] };
  });
  for (const { name, run } of cases) test(name, run);

  describe('races over all three nodes', () => {
    beforeEach(empty);

    test('one code, used ninety times at once, succeeds once', async () => {
      const clock = testClock();
      const applications = pools.map((pool) => startApplication(mysqlStore(pool), clock));
      const [first] = applications;
      const user = await first?.enroll('one-code');
      if (first === undefined || user === undefined) throw new Error('There are three.');
      const code = user.code();
      const calls = Array.from({ length: 90 }, (_, index) =>
        outcomeOf(applications[index % 3]?.mfa.stepUp(user.userId, { code }) ?? Promise.reject(new Error('none'))),
      );
      const { accepted, ...others } = tally(await Promise.all(calls));
      expect(accepted).toBe(1);
      // Nodes that keep colliding may leave a loser without a decision; it has learned nothing then.
      expect(Object.keys(others).filter((name) => !['code_already_used', 'contention', 'busy'].includes(name))).toEqual(
        [],
      );
      const told = applications.flatMap(({ events }) => events).toSorted((a, b) => a.seq - b.seq);
      expect(await wholeHistory(first.mfa, user.userId)).toEqual(told);
    });

    test('three hundred wrong guesses: ten are answered, and then it is locked on every node', async () => {
      const clock = testClock();
      const applications = pools.map((pool) => startApplication(mysqlStore(pool), clock));
      const user = await applications[0]?.enroll('guesses');
      if (user === undefined) throw new Error('There are three.');
      const code = user.wrongCode();
      const guess = (index: number): Promise<string> =>
        outcomeOf(applications[index % 3]?.mfa.stepUp(user.userId, { code }) ?? Promise.reject(new Error('none')));
      const outcomes = await Promise.all(Array.from({ length: 300 }, (_, index) => guess(index)));
      const { invalid_code: answered = 0 } = tally(outcomes);
      expect(answered).toBeLessThanOrEqual(10);
      // Those that were left without a decision did not count.
      for (let index = answered; index < 10; index += 1) expect(await guess(index)).toBe('invalid_code');
      for (const index of [0, 1, 2]) expect(await guess(index)).toBe('locked');
    });
  });

  /** Enrolls on the first node while the second one applies nothing, and gives what `begin` says there. */
  async function beginOnSecondNode(waits: 0 | 1): Promise<{ readonly early: string; readonly released: string }> {
    const [one, two] = pools;
    const clock = testClock();
    const onOne = startApplication(mysqlStore(one), clock);
    const reading: MysqlClient = await readingWith(two, waits);
    const onTwo = startApplication(mysqlStore(reading), clock);
    const blocker = await two.getConnection();
    await blocker.query('FLUSH TABLES WITH READ LOCK');
    try {
      await onOne.enroll('alice');
      const begun = onTwo.mfa.begin('alice').then(({ next }) => next);
      const early = await Promise.race([begun, new Promise<'waits'>((end) => setTimeout(() => end('waits'), 3000))]);
      await blocker.query('UNLOCK TABLES');
      return { early, released: await begun };
    } finally {
      await blocker.query('UNLOCK TABLES');
      blocker.release();
    }
  }

  describe('the applier of the second node is held back', () => {
    beforeEach(empty);

    test('with wsrep_sync_wait = 0 a user who has just enrolled is let in without the second factor', async () => {
      expect(await beginOnSecondNode(0)).toEqual({ early: 'signed-in', released: 'signed-in' });
    });

    test('with wsrep_sync_wait = 1 begin waits, and asks for it', async () => {
      expect(await beginOnSecondNode(1)).toEqual({ early: 'waits', released: 'verify' });
    });

    test('check tells them apart', async () => {
      const [, two] = pools;
      await expect(mysqlStore(await readingWith(two, 0)).check?.()).rejects.toThrow(/^wsrep_sync_wait is 0/);
      expect(await mysqlStore(await readingWith(two, 1)).check?.()).toBeUndefined();
    });
  });

  test('a node is killed in a burst: nothing that was told is lost, and nothing succeeds twice', async () => {
    await empty();
    const [, two, three] = pools;
    const burst = await prepareBurst(mysqlStore(three), testClock(), 12);
    let killed: Promise<void> | undefined;
    const outcomes = await burst.fire((answered) => {
      if (answered === 8) killed = cluster.nodes[2].kill();
    });
    await killed;
    expect(tally(outcomes)).toMatchObject({ store_unavailable: expect.any(Number), accepted: expect.any(Number) });
    await burst.expectKept(mysqlStore(two));
  });
});
