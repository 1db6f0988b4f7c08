/** growth: verify with a million other stored users, and the record of one user over ten thousand logins. */
import type { MfaRecord, MfaStore } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { migrate, sqliteStore } from '@mfakit/sqlite';
import { startApplication } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { count, digits, duration, times } from '../format.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';
import { openSqlite, type SqliteFile } from '../sqlite-file.ts';
import { verifyCandidate } from '../verify-candidate.ts';

const SLOWER_AT_MOST = 1.2;
/** How much the counters of the record can add: each grows from two digits to five. */
const BYTES_OF_COUNTERS = 16;

async function run({ smoke }: Scale): Promise<Findings> {
  const sizes = smoke ? [10, 100] : [1000, 10_000, 100_000, 1_000_000];
  const plan = smoke ? { rounds: 1, samples: 3 } : { rounds: 15, samples: 50 };
  const [fewest = 0, most = 0] = [sizes[0], sizes.at(-1)];
  const files: SqliteFile[] = [];
  try {
    const memory: Candidate[] = [];
    const sqlite: Candidate[] = [];
    for (const size of sizes) {
      memory.push(await verifyCandidate(`memory ${size}`, await filledMemory(size), plan.samples));
      const file = openSqlite();
      files.push(file);
      sqlite.push(await verifyCandidate(`sqlite ${size}`, await filledSqlite(file, size), plan.samples));
    }
    const measured = [...(await interleave(memory, plan)), ...(await interleave(sqlite, plan))];
    const slower = (store: string): number =>
      ratio(find(measured, `${store} ${most}`), find(measured, `${store} ${fewest}`));
    const logins = smoke ? [40, 60] : [100, 1000, 10_000];
    const bytes = await recordSizes(logins);
    const grown = (bytes.at(-1) ?? 0) - (bytes[0] ?? 0);
    return {
      text: [
        '`verify` of users who sign in again and again, beside users who do not. SQLite runs with synchronous = OFF here: ' +
          'what the disk takes for an fsync would hide what the search costs.',
        'The size is that of the record as JSON, of a user with one factor and ten backup codes who signs in every 30 ' +
          'seconds: a record holds the tokens that were spent in the last quarter of an hour, thirty of them here.',
      ],
      tables: [
        {
          head: ['stored users', 'memory', 'SQLite'],
          rows: sizes.map((size) => [
            count(size),
            duration(find(measured, `memory ${size}`).us),
            duration(find(measured, `sqlite ${size}`).us),
          ]),
        },
        {
          head: ['logins of one user', 'bytes of the record'],
          rows: logins.map((n, i) => [count(n), count(bytes[i] ?? 0)]),
        },
      ],
      targets: [
        ...['memory', 'sqlite'].map((store) => ({
          work: `\`verify\` at ${count(most)} stored users, ${store}`,
          target: `at most ${SLOWER_AT_MOST} × that at ${count(fewest)}`,
          figure: times(slower(store)),
          met: slower(store) <= SLOWER_AT_MOST,
          bound:
            'caches of the processor and the page cache of SQLite: more pages are touched, in a tree that is one level deeper',
        })),
        {
          work: `${count(logins.at(-1) ?? 0)} logins of one user`,
          target: 'record size constant',
          figure: `${count(bytes.at(-1) ?? 0)} bytes, ${digits(grown)} more than after ${count(logins[0] ?? 0)}`,
          met: grown <= BYTES_OF_COUNTERS,
        },
      ],
    };
  } finally {
    for (const file of files) file.remove();
  }
}

/** A record to copy for users who never sign in. */
async function template(): Promise<MfaRecord> {
  const store = memoryStore();
  await startApplication(store).enrol('template');
  const stored = await store.read('template');
  if (stored === null) throw new Error('nothing was stored');
  return stored.record;
}

async function filledMemory(users: number): Promise<MfaStore> {
  const store = memoryStore();
  const record = await template();
  for (let i = 0; i < users; i += 1) {
    await store.commit({ userId: `idle-${i}`, expected: null, next: { revision: 'r', record }, events: [] });
  }
  return store;
}

async function filledSqlite({ database }: SqliteFile, users: number): Promise<MfaStore> {
  await migrate(database);
  const store = sqliteStore(database);
  database.exec('PRAGMA synchronous = OFF');
  const record = JSON.stringify(await template()).replaceAll("'", "''");
  database.exec(`WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${users})
    INSERT INTO mfa_record (user_id, revision, record) SELECT printf('idle-%07d', i), 'r', '${record}' FROM n`);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return store;
}

/** @returns the size of the record in bytes, after each number of logins */
async function recordSizes(logins: readonly number[]): Promise<readonly number[]> {
  const store = memoryStore();
  const application = startApplication(store);
  const user = await application.enrol('ann');
  const sizes: number[] = [];
  for (let login = 1; login <= (logins.at(-1) ?? 0); login += 1) {
    const [input] = await application.logins([user], 30);
    if (input !== undefined) await application.mfa.verify(input);
    if (logins.includes(login)) sizes.push(JSON.stringify((await store.read('ann'))?.record).length);
  }
  return sizes;
}

/** The benchmark. */
export const growth: Bench = { name: 'growth', title: 'Growth', run };
