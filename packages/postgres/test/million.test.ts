import { testClock, type EnrolledUser } from '@mfakit/testkit';
import { startPostgres, type PostgresServer } from '@mfakit/postgres-server';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate, postgresStore, type PostgresClient } from '../src/index.ts';
import { openPool } from './database.ts';
import { sampleRecord } from '../../testkit/src/samples.ts';
import { startApplication } from './users.ts';

const SAMPLE_RECORD = sampleRecord();

/** `MFAKIT_TEST_LONG=1`: a million. */
const MANY = process.env['MFAKIT_TEST_LONG'] === '1' ? 1_000_000 : 100_000;
const FEW = 1000;
/** Real users, the same ones among the few and, evenly spread, among the many. */
const REAL = 100;
const ROUNDS = 5;

const clock = testClock();
const users: EnrolledUser[] = [];
let server: PostgresServer;
let pool: pg.Pool;

beforeAll(async () => {
  // Always a server of its own: this one is made to load quickly, and nothing crashes it.
  server = await startPostgres({
    settings: {
      fsync: 'off',
      wal_level: 'minimal',
      max_wal_senders: '0',
      max_wal_size: '8GB',
      maintenance_work_mem: '256MB',
      autovacuum: 'off',
      shared_buffers: '512MB',
    },
  });
  pool = openPool(server.url, { max: 1 });
  await migrate(pool, { schema: 'few' });
  await migrate(pool, { schema: 'many' });
  const { enroll } = startApplication(postgresStore(pool, { schema: 'few' }), clock);
  for (let index = 0; index < REAL; index += 1) users.push(await enroll(`real-${index}`));
  await fill('few', FEW);
  await fill('many', MANY);
}, 600_000);
afterAll(async () => {
  await pool.end();
  await server.stop();
});

/** Fills a schema up to so many users with one event each; the real ones are put in between, at even distances. */
async function fill(schema: string, count: number): Promise<void> {
  const client = await pool.connect();
  try {
    await fillOver(client, schema, count);
  } finally {
    client.release();
  }
  // The indexes that lists and counts go by.
  await migrate(pool, { schema });
  await pool.query(`VACUUM (ANALYZE) ${schema}.mfa_record, ${schema}.mfa_event`);
}

async function fillOver(client: pg.PoolClient, schema: string, count: number): Promise<void> {
  // In the transaction that empties a table nothing of it needs the write-ahead log, and keys are cheaper made in one go.
  await client.query(`BEGIN;
    CREATE TEMP TABLE real_record ON COMMIT DROP AS
      SELECT row_number() OVER (ORDER BY user_id) AS n, * FROM few.mfa_record WHERE user_id LIKE 'real-%';
    CREATE TEMP TABLE real_event ON COMMIT DROP AS SELECT * FROM few.mfa_event WHERE user_id LIKE 'real-%';
    TRUNCATE ${schema}.mfa_record, ${schema}.mfa_event;
    ALTER TABLE ${schema}.mfa_record DROP CONSTRAINT mfa_record_pkey;
    ALTER TABLE ${schema}.mfa_event DROP CONSTRAINT mfa_event_pkey;
    DROP INDEX ${schema}.mfa_event_at;
    DROP INDEX ${schema}.mfa_record_marks, ${schema}.mfa_record_count, ${schema}.mfa_record_due`);
  const distance = Math.floor(count / REAL);
  await client.query(
    `INSERT INTO ${schema}.mfa_record (user_id, enabled, revision, record, marks)
     SELECT coalesce(r.user_id, md5(i::text)), true, coalesce(r.revision, 'r'), coalesce(r.record,
         CASE WHEN i % 1000 = 1 THEN jsonb_set($1::jsonb, '{backupCodes,remaining}', '3')
           WHEN i % 500 = 2 THEN jsonb_set($1::jsonb, '{factors,0,secret}', to_jsonb('1.key.' || repeat('A', 67)))
           ELSE $1::jsonb END::json),
       coalesce(r.marks, ' schema:1 enrolled kind:totp ' ||
         CASE WHEN i % 1000 = 1 THEN 'few_codes ' WHEN i % 500 = 2 THEN 'short_secret ' ELSE '' END ||
         CASE WHEN i % 3 = 0 THEN 'key:older ' ELSE 'key:newer ' END)
     FROM generate_series(1, ${count}) AS i LEFT JOIN real_record r ON i % ${distance} = 0 AND r.n = i / ${distance}`,
    [JSON.stringify(SAMPLE_RECORD)],
  );
  await client.query(
    `INSERT INTO ${schema}.mfa_event (user_id, seq, at, event)
     SELECT user_id, 1, now(), '{"type": "exempted", "seq": 1}' FROM ${schema}.mfa_record WHERE user_id NOT LIKE 'real-%'
     UNION ALL SELECT * FROM real_event`,
  );
  await client.query(`
    ALTER TABLE ${schema}.mfa_record ADD PRIMARY KEY (user_id);
    ALTER TABLE ${schema}.mfa_event ADD PRIMARY KEY (user_id, seq);
    CREATE INDEX mfa_event_at ON ${schema}.mfa_event (at ASC);
    COMMIT`);
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

/** How a plan reaches the tables: node, table and index of every scan. */
function scansOf(plan: Plan): string[] {
  const { 'Node Type': node, 'Relation Name': table, 'Index Name': index } = plan;
  const own =
    node.endsWith('Scan') && (table !== undefined || index !== undefined) ? [`${node} ${index ?? table}`] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(scansOf)];
}

test('among very many users every statement goes by an index', async () => {
  const scans: Record<string, string[]> = {};
  let step = '';
  const explaining: PostgresClient = {
    async query(text, values) {
      const { rows } = await pool.query(`EXPLAIN (FORMAT JSON) ${text}`, values);
      // A commit that finds nothing to change reads what is there: that is the statement of `read`.
      scans[step] ??= scansOf(rows[0]['QUERY PLAN'][0].Plan);
      return { rows: [] };
    },
  };
  const store = postgresStore(explaining, { schema: 'many' });
  const next = { revision: 'r2', record: SAMPLE_RECORD };
  const events = [{ userId: 'real-7', seq: 3, at: 0, type: 'exempted' }] as const;
  const steps: Record<string, () => Promise<unknown>> = {
    read: () => store.read('real-7'),
    insert: () => store.commit({ userId: 'real-7', expected: null, next, events }),
    update: () => store.commit({ userId: 'real-7', expected: 'r', next, events }),
    'insert, erasing': () => store.commit({ userId: 'real-7', expected: null, next, events: 'erase' }),
    'update, erasing': () => store.commit({ userId: 'real-7', expected: 'r', next, events: 'erase' }),
    remove: () => store.commit({ userId: 'real-7', expected: 'r', next: null, events: [] }),
    events: () => store.events('real-7', { limit: 50 }),
    scan: () => store.scan({ after: 'real-7', limit: 500 }),
    'scan of a tag': () => store.scan({ after: 'a', limit: 500, marked: { tag: 'few_codes' } }),
    'scan of a lock': () => store.scan({ after: 'a', limit: 500, marked: { tag: 'locked', lockedAt: 0 } }),
    'scan without marks': () => store.scan({ after: 'a', limit: 500, marked: { tag: null } }),
    'count by marks': async () => store.countMarks?.(0),
  };
  for (const [name, run] of Object.entries(steps)) {
    step = name;
    await run();
  }
  const byMarks = { 'scan of a tag': scans['scan of a tag'] ?? [], 'scan of a lock': scans['scan of a lock'] ?? [] };
  expect(scans).toEqual({
    read: ['Index Scan mfa_record_pkey'],
    insert: [],
    update: ['Index Scan mfa_record_pkey'],
    'insert, erasing': ['Index Scan mfa_event_pkey'],
    'update, erasing': ['Index Scan mfa_record_pkey', 'Index Scan mfa_event_pkey'],
    remove: ['Index Scan mfa_record_pkey', 'Index Scan mfa_event_pkey'],
    events: ['Index Scan mfa_event_pkey'],
    scan: ['Index Scan mfa_record_pkey'],
    'scan without marks': ['Index Scan mfa_record_count'],
    'count by marks': ['Index Only Scan mfa_record_count', 'Index Only Scan mfa_record_due'],
    ...byMarks,
  });
  // How the planner enters the indexes depends on how many marks it expects: it must enter some, and never read the table.
  for (const found of Object.values(byMarks)) {
    expect(
      found.filter((scan) => !/^((Index|Index Only|Bitmap Index|Bitmap Heap) Scan mfa_record)/.test(scan)),
    ).toEqual([]);
  }
});

async function timed<T>(call: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const start = performance.now();
  const result = await call();
  return { result, ms: performance.now() - start };
}

test('stats of very many users take less than a second, and an empty list much less', async () => {
  const { mfa } = startApplication(postgresStore(pool, { schema: 'many' }), clock);
  const counts = [];
  for (let round = 0; round < ROUNDS; round += 1) counts.push(await timed(() => mfa.stats()));
  expect(counts[0]?.result).toEqual({
    users: MANY,
    enabled: MANY,
    kinds: { totp: MANY },
    states: { locked: 0, locked_until_unlock: 0, overdue: 0, few_codes: MANY / 1000, short_secret: MANY / 500 },
    unreadable: 0,
  });
  const pages = [];
  for (const state of ['few_codes', 'short_secret', 'locked'] as const) {
    pages.push(await timed(() => mfa.list({ state }, { after: '8', limit: 500 })));
  }
  console.log(
    `stats of ${MANY}: ${show(counts.map(({ ms }) => ms))} ms; pages of lists: ${show(pages.map(({ ms }) => ms))} ms`,
  );
  expect(Math.min(...counts.map(({ ms }) => ms))).toBeLessThan(1000);
  // What the records on a page cost depends on the disk; to find that there are none, on the index alone.
  expect(pages.map(({ result }) => result.users.length > 0)).toEqual([true, true, false]);
  expect(pages.at(-1)?.ms).toBeLessThan(500);
});

test('verify takes no longer among very many users than among a thousand', { timeout: 120_000 }, async () => {
  const few = startApplication(postgresStore(pool, { schema: 'few' }), clock).mfa;
  const many = startApplication(postgresStore(pool, { schema: 'many' }), clock).mfa;

  async function timeVerify(mfa: typeof few, user: EnrolledUser): Promise<number> {
    const begun = await mfa.begin(user.userId);
    if (begun.next !== 'verify') throw new Error('A user who has enrolled is asked for a code.');
    const code = user.code();
    const start = performance.now();
    await mfa.verify({ token: begun.token, code });
    return performance.now() - start;
  }

  const rounds: { readonly few: number; readonly many: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    clock.advance({ seconds: 30 });
    const times = { few: [] as number[], many: [] as number[] };
    for (const [index, user] of users.entries()) {
      // In turn, each first in half of the cases: what slows the machine down slows both.
      if (index % 2 === 0) times.few.push(await timeVerify(few, user));
      times.many.push(await timeVerify(many, user));
      if (index % 2 === 1) times.few.push(await timeVerify(few, user));
    }
    rounds.push({ few: median(times.few), many: median(times.many) });
  }
  const ratios = rounds.map((round) => round.many / round.few);

  console.log(
    `verify among ${FEW}: ${median(rounds.map((round) => round.few)).toFixed(2)} ms, among ${MANY}: ` +
      `${median(rounds.map((round) => round.many)).toFixed(2)} ms; ratios of ${ROUNDS} rounds: ${show(ratios)}`,
  );
  // The target is 1.2. A busy machine blurs single rounds: the best one must meet it, the middle one come near.
  expect(Math.min(...ratios)).toBeLessThan(1.2);
  expect(median(ratios)).toBeLessThan(1.5);
});

function show(values: readonly number[]): string {
  return values.map((value) => value.toFixed(2)).join(' ');
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}
