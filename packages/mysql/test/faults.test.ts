import type { StoredRecord, Swap } from '@mfakit/core';
import { startMariadb, type MariadbServer } from '@mfakit/mysql-server';
import { testClock } from '@mfakit/testkit';
import type { Pool } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { migrate, mysqlStore, type MysqlClient } from '../src/index.ts';
import { sampleRecord } from '../../testkit/src/samples.ts';
import { prepareBurst } from '../../postgres/test/burst.ts';
import { canStart, openPool, SKIPPED, waitForLock } from './database.ts';
import { openProxy, type Proxy } from './proxy.ts';
import { outcomeOf, startApplication, tally, wholeHistory } from '../../postgres/test/users.ts';

const SAMPLE_RECORD = sampleRecord();
const nextRecord = (revision: string): StoredRecord => ({ revision, record: SAMPLE_RECORD });

/** What every commit of a record binds, and no other statement. */
const COMMIT = '"lockout"';

canStart(`faults${SKIPPED}`, () => {
  let server: MariadbServer;
  let database: string;
  let databases = 0;
  let pool: Pool;
  beforeAll(async () => {
    // Killed and restarted here: always a server of its own.
    server = await startMariadb();
  }, 60_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    databases += 1;
    database = `faults_${databases}`;
    pool = openPool(server.url);
    await migrate(pool, { database });
  });
  afterEach(() => pool.end());

  test('the server is killed in mid-burst and restarted', { timeout: 120_000 }, async () => {
    const store = mysqlStore(pool, { database });
    const burst = await prepareBurst(store, testClock(), 12);
    for (const killAt of [4, 16]) {
      let restarted: Promise<void> | undefined;
      const outcomes = await burst.fire((answered) => {
        if (answered === killAt) restarted = server.kill().then(() => server.restart());
      });
      await restarted;
      // The kill hit calls that were under way, but not all of them.
      expect(tally(outcomes)).toMatchObject({ store_unavailable: expect.any(Number), accepted: expect.any(Number) });
      await burst.expectKept(store);
    }
    await burst.fire();
    await burst.expectKept(store);
  });

  describe('through a network that breaks', () => {
    let proxy: Proxy;
    let through: Pool;
    beforeEach(async () => {
      proxy = await openProxy(server.port);
      through = openPool(`mysql://root@127.0.0.1:${proxy.port}/test`);
    });
    afterEach(async () => {
      // First: a call that was given up still waits for its answer.
      await proxy.close();
      // A connection that waits for an answer says that it was broken.
      await through.end().catch(() => undefined);
    });

    test('a login whose answer was lost is recognized: it succeeds, and its code is spent', async () => {
      const store = mysqlStore(through, { database });
      const { mfa, enroll } = startApplication(store, testClock());
      const user = await enroll('alice');
      const begun = await mfa.begin('alice');
      if (begun.next !== 'verify') throw new Error('A user who has enrolled is asked for a code.');
      proxy.loseAnswers(COMMIT, 'cut', () => proxy.lost() === 0);
      const input = { token: begun.token, code: user.code() };
      expect(await mfa.verify(input)).toMatchObject({ userId: 'alice', method: 'totp' });
      expect(proxy.lost()).toBe(1);
      expect(await outcomeOf(mfa.stepUp('alice', { code: input.code }))).toBe('code_already_used');
      const types = (await wholeHistory(mfa, 'alice')).map(({ type }) => type);
      expect(types).toEqual(['setup_started', 'factor_added', 'verified', 'attempt_refused']);
    });

    test('every third answer is lost, and its connection with it', async () => {
      const burst = await prepareBurst(mysqlStore(through, { database }), testClock(), 12);
      let commits = 0;
      proxy.loseAnswers(COMMIT, 'cut', () => (commits += 1) % 3 === 0);
      await burst.fire();
      await burst.fire();
      expect(proxy.lost()).toBeGreaterThan(10);
      await burst.expectKept(mysqlStore(pool, { database }));
    });

    test('a driver that repeats what its connection broke off stores each commit once, and is told so', async () => {
      const repeating: MysqlClient = {
        execute: async (statement, values) =>
          through.execute(statement, values).catch(async () => through.execute(statement, values)),
      };
      const store = mysqlStore(repeating, { database });
      let sent = 0;
      proxy.loseAnswers(COMMIT, 'cut', () => (sent += 1) % 2 === 1);
      const commits = Array.from({ length: 10 }, (_, index): Swap => {
        const seq = index + 1;
        const event = { userId: 'alice', seq, at: seq, type: 'exempted' } as const;
        const next = { revision: `r${seq}`, record: SAMPLE_RECORD };
        return { userId: 'alice', expected: index === 0 ? null : `r${index}`, next, events: [event] };
      });
      for (const commit of commits) expect(await store.commit(commit)).toBe(true);
      expect(proxy.lost()).toBe(10);
      const kept = await store.events('alice', { limit: 20 });
      expect(kept.map(({ seq }) => seq)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
      const next = { revision: 'r11', record: SAMPLE_RECORD };
      expect(await store.commit({ userId: 'alice', expected: 'r10', next, events: 'erase' })).toBe(true);
      expect(proxy.lost()).toBe(11);
      expect(await store.events('alice', { limit: 20 })).toEqual([]);
    });

    test('an erase that was cut off after its first statement has erased, and its numbers are free', async () => {
      const store = mysqlStore(through, { database });
      const at = 1000;
      const event = (seq: number) => ({ userId: 'alice', seq, at, type: 'exempted' }) as const;
      const insert = { userId: 'alice', expected: null, next: nextRecord('r1'), events: [event(1), event(2)] };
      expect(await store.commit(insert)).toBe(true);
      proxy.loseAnswers(COMMIT, 'cut', () => proxy.lost() === 0);
      const erase: Swap = { userId: 'alice', expected: 'r1', next: nextRecord('r2'), events: 'erase' };
      await expect(store.commit(erase)).rejects.toThrow(/lost|closed|reset/i);
      expect((await store.read('alice'))?.revision).toBe('r2');
      expect(await store.events('alice', { limit: 20 })).toEqual([]);
      const [rows] = await pool.query(
        `SELECT seq, CONVERT(body USING utf8mb4) AS body FROM ${database}.mfa_entry WHERE seq > 0`,
      );
      expect(rows).toEqual([
        { seq: 1, body: 'null' },
        { seq: 2, body: 'null' },
      ]);
      const again: Swap = { userId: 'alice', expected: 'r2', next: nextRecord('r3'), events: [event(1)] };
      expect(await store.commit(again)).toBe(true);
      expect(await store.events('alice', { limit: 20 })).toEqual([event(1)]);
    });

    describe('and says nothing', () => {
      // The deadline of ten seconds is the core's. Time goes on by itself, and faster when a test says so.
      beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] }));
      afterEach(() => void vi.useRealTimers());

      test('an answer that never comes is not waited for', async () => {
        const store = mysqlStore(through, { database });
        const { mfa, enroll } = startApplication(store, testClock());
        const user = await enroll('alice');
        proxy.loseAnswers(COMMIT, 'silence', () => proxy.lost() === 0);
        const accepted = outcomeOf(mfa.stepUp('alice', { code: user.code() }));
        while (proxy.lost() === 0) await new Promise(setImmediate);
        await vi.advanceTimersByTimeAsync(10_000);
        expect(await accepted).toBe('accepted');

        proxy.loseAnswers('alice', 'silence', () => true);
        const refused = mfa.status('alice').catch((error: unknown) => error);
        while (proxy.lost() === 1) await new Promise(setImmediate);
        await vi.advanceTimersByTimeAsync(10_000);
        expect(await refused).toMatchObject({
          code: 'store_unavailable',
          cause: expect.objectContaining({ message: 'store.read did not answer within 10 s.' }),
        });
      });
    });
  });

  test('a wait for a lock that the server ends is store_unavailable, with the error of the driver as its cause', async () => {
    const hasty = openPool(server.url);
    hasty.on('connection', (connection) => void connection.query('SET SESSION innodb_lock_wait_timeout = 1'));
    const clock = testClock();
    const { mfa, enroll } = startApplication(mysqlStore(hasty, { database }), clock);
    const user = await enroll('alice');
    const blocker = await pool.getConnection();
    await blocker.beginTransaction();
    await blocker.query(`SELECT 1 FROM ${database}.mfa_entry FOR UPDATE`);
    await expect(mfa.stepUp('alice', { code: user.code() })).rejects.toMatchObject({
      code: 'store_unavailable',
      cause: expect.objectContaining({ errno: 1205 }),
    });
    await blocker.rollback();
    blocker.release();
    // Nothing was committed: the code is still good, once.
    const code = user.code();
    expect(await outcomeOf(mfa.stepUp('alice', { code }))).toBe('accepted');
    expect(await outcomeOf(mfa.stepUp('alice', { code }))).toBe('code_already_used');
    await hasty.end();
  });

  test('a deadlock in which the server chooses the store is tried again', async () => {
    const store = mysqlStore(pool, { database });
    const sent: unknown[] = [];
    const watched: MysqlClient = {
      execute: (statement, values) =>
        pool.execute(statement, values).catch((error: Error & { readonly errno: number }) => {
          sent.push(error.errno);
          throw error;
        }),
    };
    const insert = (userId: string): Swap => ({
      userId,
      expected: null,
      next: { revision: 'r1', record: SAMPLE_RECORD },
      events: [{ userId, seq: 1, at: 1, type: 'exempted' }],
    });
    await store.commit(insert('alice'));
    // The host holds the event, and has written much more, so it is the cheaper one that must go.
    const blocker = await pool.getConnection();
    await blocker.query(`CREATE TABLE ${database}.much (n INT PRIMARY KEY)`);
    await blocker.beginTransaction();
    await blocker.query(
      `INSERT INTO ${database}.much VALUES ${Array.from({ length: 500 }, (_, n) => `(${n})`).join()}`,
    );
    await blocker.query(`SELECT 1 FROM ${database}.mfa_entry WHERE user_id = 'alice' AND seq = 1 FOR UPDATE`);
    const erase: Swap = {
      ...insert('alice'),
      expected: 'r1',
      next: { revision: 'r2', record: SAMPLE_RECORD },
      events: 'erase',
    };
    const erased = mysqlStore(watched, { database }).commit(erase);
    await waitForLock(pool);
    await blocker.query(`SELECT 1 FROM ${database}.mfa_entry WHERE user_id = 'alice' AND seq = 0 FOR UPDATE`);
    await vi.waitFor(() => expect(sent).toEqual([1213]));
    await blocker.rollback();
    blocker.release();
    expect(await erased).toBe(true);
    expect((await store.read('alice'))?.revision).toBe('r2');
  });

  test('the client of the caller is never closed', async () => {
    const lost = startApplication(mysqlStore(pool, { database: 'missing' }), testClock()).mfa.status('alice');
    await expect(lost).rejects.toMatchObject({
      code: 'store_unavailable',
      cause: expect.objectContaining({
        message: expect.stringContaining('run migrate()'),
        cause: expect.objectContaining({ errno: 1146 }),
      }),
    });
    expect(await mysqlStore(pool, { database }).read('alice')).toBeNull();
  });
});
