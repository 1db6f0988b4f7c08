/** Commits of many users in one statement: what holds for each of them, whatever becomes of the others. */
import type { MfaEvent, Swap } from '@mfakit/core';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { postgresStore, type PostgresClient } from '../src/index.ts';
import { openDatabase, openPool, type TestDatabase } from './database.ts';
import { sampleRecord } from '../../testkit/src/samples.ts';

const record = sampleRecord();
const names = Array.from({ length: 10 }, (_, index) => `user-${index}`);

let database: TestDatabase;
let schema: string;
let pool: pg.Pool;
let sent: string[];
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  schema = await database.createSchema();
  pool = openPool(database.url, { connectionTimeoutMillis: 60_000 });
  sent = [];
});
afterEach(async () => {
  await pool.end();
  await database.dropSchema(schema);
});

/** A store that puts down what it sends. */
function openStore(lanes = 1) {
  const client: PostgresClient = {
    query: (text, values) => {
      const kind = /^WITH (held|item)/.test(text)
        ? `${JSON.parse(String(values[0])).length} together`
        : text.slice(0, 6);
      sent.push(kind);
      return pool.query(text, values);
    },
  };
  return postgresStore(client, { schema, batch: { lanes } });
}

const event = (userId: string, seq: number): MfaEvent => ({ userId, seq, at: 1000 + seq, type: 'exempted' });

/** The change number `seq` of a user. */
function change(userId: string, seq: number, changes: Partial<Swap> = {}): Swap {
  const expected = seq === 1 ? null : `r${seq - 1}`;
  return { userId, expected, next: { revision: `r${seq}`, record }, events: [event(userId, seq)], ...changes };
}

test('one goes by itself, and the others together: new users, and then users who are there', async () => {
  const store = openStore();
  for (const seq of [1, 2]) {
    expect(await Promise.all(names.map((name) => store.commit(change(name, seq))))).toEqual(names.map(() => true));
    expect(sent.splice(0)).toEqual(['1 together', '9 together']);
  }
  for (const name of names) {
    expect(await store.read(name)).toEqual({ revision: 'r2', record });
    expect(await store.events(name, { limit: 9 })).toEqual([event(name, 2), event(name, 1)]);
  }
});

test('a row that someone holds locked holds up nobody else', async () => {
  const store = openStore();
  await Promise.all(names.map((name) => store.commit(change(name, 1))));
  const blocker = await database.pools[1].connect();
  try {
    await blocker.query(`BEGIN; SELECT 1 FROM ${schema}.mfa_record WHERE user_id = 'user-5' FOR UPDATE`);
    const answered: string[] = [];
    const commits = names.map((name) =>
      store.commit(change(name, 2)).then((landed) => answered.push(`${name} ${landed}`)),
    );
    const others = commits.filter((_, index) => index !== 5);
    await Promise.all(others);
    expect(answered.toSorted()).toEqual(names.filter((name) => name !== 'user-5').map((name) => `${name} true`));
    // And nobody who comes later.
    expect(await store.commit(change('user-1', 3))).toBe(true);
    expect(answered).toHaveLength(9);
    await blocker.query('COMMIT');
    await Promise.all(commits);
    expect(answered.at(-1)).toBe('user-5 true');
  } finally {
    await blocker.query('ROLLBACK');
    blocker.release();
  }
});

test('what one of them may not store is stored of none in its batch, and then of all the others', async () => {
  const store = openStore();
  await Promise.all(names.map((name) => store.commit(change(name, 1))));
  sent = [];
  const answers = await Promise.allSettled(
    names.map((name) => store.commit(change(name, 2, name === 'user-5' ? { events: [event(name, 1)] } : {}))),
  );
  expect(answers.map(({ status }) => status).indexOf('rejected')).toBe(5);
  expect(answers.filter((answer) => answer.status === 'fulfilled' && answer.value)).toHaveLength(9);
  expect((await store.read('user-5'))?.revision).toBe('r1');
  expect((await store.read('user-6'))?.revision).toBe('r2');
});

test('each is told what became of it: landed before, beaten, gone, or never there', async () => {
  const store = openStore();
  await Promise.all(names.map((name) => store.commit(change(name, 1))));
  await store.commit(change('user-1', 2));
  await store.commit({ userId: 'user-2', expected: 'r1', next: null, events: [] });
  sent = [];
  const sentTwice = change('user-1', 2);
  const answers = await Promise.all([
    store.commit(change('user-0', 2)),
    store.commit(sentTwice),
    store.commit(change('user-2', 2)),
    store.commit(change('user-3', 2, { expected: 'never' })),
    store.commit(change('nobody', 2)),
    store.commit(change('user-4', 1)),
    store.commit(change('user-5', 1, { next: { revision: 'another', record } })),
  ]);
  expect(answers).toEqual([true, true, false, false, false, true, false]);
  // A lost race costs no more than without batches: the statement, and a look.
  expect(sent.toSorted()).toEqual([
    '1 together',
    '2 together',
    '4 together',
    ...Array.from({ length: 6 }, () => 'SELECT'),
  ]);
  expect(await store.events('user-1', { limit: 9 })).toHaveLength(2);
});

test('two commits of one user do not meet in one statement: one wins', async () => {
  const store = openStore();
  await store.commit(change('user-0', 1));
  sent = [];
  const rivals = ['a', 'b', 'c', 'd'].map((revision) => change('user-0', 2, { next: { revision, record } }));
  const answers = await Promise.all(rivals.map((rival) => store.commit(rival)));
  expect(answers.filter(Boolean)).toHaveLength(1);
  expect(sent.filter((kind) => kind !== 'SELECT')).toEqual(Array.from({ length: 4 }, () => '1 together'));
  expect(await store.events('user-0', { limit: 9 })).toHaveLength(2);
});

test('removals and erasures go alone, and so does what someone is told of', async () => {
  const store = openStore();
  await Promise.all(names.map((name) => store.commit(change(name, 1))));
  sent = [];
  await store.commit({ userId: 'user-0', expected: 'r1', next: null, events: [] });
  await store.commit(change('user-1', 2, { events: 'erase' }));
  expect(sent).toEqual(['WITH c', 'WITH c']);
});

test('many events of many users are stored in their order, or none with `events: false`', async () => {
  const store = openStore();
  const many = (name: string): MfaEvent[] => Array.from({ length: 11 }, (_, index) => event(name, index + 1));
  await Promise.all(names.map((name) => store.commit(change(name, 1, { events: many(name) }))));
  expect(await store.events('user-7', { limit: 20 })).toEqual(many('user-7').toReversed());
  const silent = postgresStore(pool, { schema, events: false, batch: { lanes: 1 } });
  expect(await Promise.all(names.map((name) => silent.commit(change(name, 2))))).toEqual(names.map(() => true));
  expect(await store.events('user-7', { limit: 1 })).toEqual([event('user-7', 11)]);
});

test.each([0, 33, 1.5, Number.NaN, '2'])('refuses %j lanes', (lanes) => {
  expect(() => postgresStore(pool, { schema, batch: { lanes: lanes as number } })).toThrow(
    'batch.lanes must be a whole number from 1 to 32.',
  );
});

describe('many processes', () => {
  test('batches that meet in opposite orders do not lock each other out', async () => {
    const stores = Array.from({ length: 4 }, () => postgresStore(pool, { schema, batch: { lanes: 2 } }));
    const users = Array.from({ length: 40 }, (_, index) => `many-${index}`);
    const orders = [users, users.toReversed(), users, users.toReversed()];
    const winners = new Map<string, string>();
    for (const seq of [1, 2, 3]) {
      const expected = new Map(winners);
      const won: string[] = [];
      await Promise.all(
        stores.flatMap((store, process) =>
          (orders[process] ?? []).map(async (name) => {
            const revision = `r${seq}-${process}`;
            const swap = change(name, seq, { expected: expected.get(name) ?? null, next: { revision, record } });
            if (!(await store.commit(swap))) return;
            won.push(name);
            winners.set(name, revision);
          }),
        ),
      );
      expect(won.toSorted()).toEqual(users.toSorted());
    }
    for (const name of users) {
      const seqs = (await stores[0]?.events(name, { limit: 9 }))?.map(({ seq }) => seq);
      expect(seqs).toEqual([3, 2, 1]);
    }
  });
});
