import type { Swap } from '@mfakit/core';
import { startPostgres, type PostgresServer } from '@mfakit/postgres-server';
import { testClock } from '@mfakit/testkit';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { migrate, postgresStore, type PostgresClient } from '../src/index.ts';
import { prepareBurst } from './burst.ts';
import { openPool, waitForLock } from './database.ts';
import { openProxy, type Proxy } from './proxy.ts';
import { sampleRecord } from '../../testkit/src/samples.ts';
import { outcomeOf, startApplication, tally, wholeHistory } from './users.ts';

const SAMPLE_RECORD = sampleRecord();

let server: PostgresServer;
let schema: string;
let schemas = 0;
let pool: pg.Pool;
beforeAll(async () => {
  // Killed and restarted here: always a server of its own.
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  schemas += 1;
  schema = `faults_${schemas}`;
  pool = openPool(server.url);
  await migrate(pool, { schema });
});
afterEach(() => pool.end());

const WAYS = [
  ['each commit alone', {}],
  ['commits in batches', { batch: { lanes: 2 } }],
] as const;

test.each(WAYS)('the server is killed in mid-burst and restarted: %s', async (_, options) => {
  const clock = testClock();
  const store = postgresStore(pool, { schema, ...options });
  const burst = await prepareBurst(store, clock, 12);
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
  let through: pg.Pool;
  beforeEach(async () => {
    proxy = await openProxy(server.port);
    through = openPool(`postgres://postgres@127.0.0.1:${proxy.port}/postgres`);
  });
  afterEach(async () => {
    // First: a call that was given up still waits for its answer.
    await proxy.close();
    await through.end();
  });

  test('a login whose answer was lost is recognised: it succeeds, and its code is spent', async () => {
    const clock = testClock();
    const store = postgresStore(through, { schema });
    const { mfa, enroll } = startApplication(store, clock);
    const user = await enroll('alice');
    const begun = await mfa.begin('alice');
    if (begun.next !== 'verify') throw new Error('A user who has enrolled is asked for a code.');
    proxy.loseAnswers('WITH changed', 'cut', () => proxy.lost() === 0);
    const input = { token: begun.token, code: user.code() };
    expect(await mfa.verify(input)).toMatchObject({ userId: 'alice', method: 'totp' });
    expect(proxy.lost()).toBe(1);
    expect(await outcomeOf(mfa.stepUp('alice', { code: input.code }))).toBe('code_already_used');
    const types = (await wholeHistory(mfa, 'alice')).map(({ type }) => type);
    expect(types).toEqual(['setup_started', 'factor_added', 'verified', 'attempt_refused']);
  });

  test.each(WAYS)('every third answer is lost, and its connection with it: %s', async (_, options) => {
    const clock = testClock();
    const burst = await prepareBurst(postgresStore(through, { schema, ...options }), clock, 12);
    let commits = 0;
    // All statements that change something, batches included.
    proxy.loseAnswers('WITH ', 'cut', () => (commits += 1) % 3 === 0);
    await burst.fire();
    await burst.fire();
    // How many a batch takes is chance, and so is how many statements there are.
    expect(proxy.lost()).toBeGreaterThan(4);
    await burst.expectKept(postgresStore(pool, { schema }));
  });

  test('a driver that repeats what its connection broke off stores each commit once, and is told so', async () => {
    const repeating: PostgresClient = {
      query: async (text, values) => through.query(text, values).catch(async () => through.query(text, values)),
    };
    const store = postgresStore(repeating, { schema });
    let sent = 0;
    proxy.loseAnswers('WITH changed', 'cut', () => (sent += 1) % 2 === 1);
    const commits = Array.from({ length: 10 }, (_, index): Swap => {
      const seq = index + 1;
      const event = { userId: 'alice', seq, at: seq, type: 'exempted' } as const;
      const next = { revision: `r${seq}`, record: SAMPLE_RECORD };
      return { userId: 'alice', expected: index === 0 ? null : `r${index}`, next, events: [event] };
    });
    for (const commit of commits) expect(await store.commit(commit)).toBe(true);
    expect(proxy.lost()).toBe(10);
    expect((await store.events('alice', { limit: 20 })).map(({ seq }) => seq)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    const erase: Swap = {
      userId: 'alice',
      expected: 'r10',
      next: { revision: 'r11', record: SAMPLE_RECORD },
      events: 'erase',
    };
    expect(await store.commit(erase)).toBe(true);
    expect(proxy.lost()).toBe(11);
    expect(await store.events('alice', { limit: 20 })).toEqual([]);
  });

  describe('and says nothing', () => {
    // The deadline of ten seconds is the core's. Time goes on by itself, and faster when a test says so.
    beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] }));
    afterEach(() => void vi.useRealTimers());

    test('an answer that never comes is not waited for', async () => {
      const clock = testClock();
      const store = postgresStore(through, { schema });
      const { mfa, enroll } = startApplication(store, clock);
      const user = await enroll('alice');
      proxy.loseAnswers('WITH changed', 'silence', () => proxy.lost() === 0);
      const accepted = outcomeOf(mfa.stepUp('alice', { code: user.code() }));
      while (proxy.lost() === 0) await new Promise(setImmediate);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await accepted).toBe('accepted');

      proxy.loseAnswers('SELECT', 'silence', () => true);
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

test('a statement that hangs is not repeated beside itself: it ends as store_unavailable', async () => {
  const store = postgresStore(pool, { schema });
  const { mfa, enroll } = startApplication(store, testClock());
  const user = await enroll('alice');
  const before = await store.read('alice');
  const blocker = await pool.connect();
  const watcher = openPool(server.url, { max: 1 });
  vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] });
  try {
    await blocker.query(`BEGIN; SELECT 1 FROM ${schema}.mfa_record FOR UPDATE`);
    let outcome = 'pending';
    const call = outcomeOf(mfa.stepUp('alice', { code: user.wrongCode() })).then((ended) => (outcome = ended));
    await waitForLock(watcher);
    // Ten seconds for the answer, ten more for the statement to end after all.
    while (outcome === 'pending') {
      await vi.advanceTimersByTimeAsync(10_000);
      await new Promise(setImmediate);
    }
    expect(await call).toBe('store_unavailable');
    const { rows } = await watcher.query('SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted');
    expect(rows).toEqual([{ waiting: 1 }]);
    expect(await store.read('alice')).toEqual(before);
  } finally {
    vi.useRealTimers();
    await blocker.query('ROLLBACK');
    blocker.release();
    await watcher.end();
  }
  // The server carries it out in the end: it was counted, once.
  await vi.waitFor(async () => expect((await store.read('alice'))?.record.lockout.failures).toBe(1));
});

test('a statement timeout is store_unavailable, with the error of the driver as its cause', async () => {
  const clock = testClock();
  const hasty = openPool(server.url, { statement_timeout: 100 });
  const store = postgresStore(hasty, { schema });
  const { mfa, enroll } = startApplication(store, clock);
  const user = await enroll('alice');
  const blocker = await pool.connect();
  try {
    await blocker.query(`BEGIN; SELECT 1 FROM ${schema}.mfa_record FOR UPDATE`);
    const refused = mfa.stepUp('alice', { code: user.code() });
    await expect(refused).rejects.toMatchObject({
      code: 'store_unavailable',
      // query_canceled
      cause: expect.objectContaining({ name: 'error', code: '57014' }),
    });
  } finally {
    await blocker.query('ROLLBACK');
    blocker.release();
  }
  // Nothing was committed: the code is still good, once.
  const code = user.code();
  expect(await outcomeOf(mfa.stepUp('alice', { code }))).toBe('accepted');
  expect(await outcomeOf(mfa.stepUp('alice', { code }))).toBe('code_already_used');
  await hasty.end();
});

test('the client of the caller is never closed', async () => {
  const store = postgresStore(pool, { schema });
  await expect(
    startApplication(postgresStore(pool, { schema: 'missing' }), testClock()).mfa.status('alice'),
  ).rejects.toMatchObject({
    code: 'store_unavailable',
    cause: expect.objectContaining({
      message: expect.stringContaining('run migrate()'),
      cause: expect.objectContaining({ code: '42P01' }), // undefined_table
    }),
  });
  expect(await store.read('alice')).toBeNull();
  expect(pool.ended).toBe(false);
});
