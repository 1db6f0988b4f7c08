/** sqlite: verify on a file, one at a time and many at once, against the same statements on the bare driver. */
import { memoryStore } from '@mfakit/memory';
import { migrate, sqliteStore } from '@mfakit/sqlite';
import { at } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { duration, perSecond, times } from '../format.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';
import { inParallel } from '../parallel.ts';
import { recordedCommits, type Recorded } from '../recorded-commits.ts';
import { openSqlite, type SqliteFile } from '../sqlite-file.ts';
import { verifyCandidate } from '../verify-candidate.ts';
import { appends, updatesAlone } from './sqlite-floors.ts';

const MANY = 20;

/** What throughput is to reach of raw, which does its calls one after the other. */
const TARGETS = [
  { users: 1, work: 'one at a time', atLeast: 0.65 },
  { users: MANY, work: `${MANY} users at once`, atLeast: 1.5 },
] as const;

type Synchronous = 'FULL' | 'NORMAL';

async function run({ smoke }: Scale): Promise<Findings> {
  const samples = smoke ? MANY : 120;
  const plan = { rounds: smoke ? 1 : 20, warmupRounds: smoke ? 0 : 20, samples: 1 };
  const files: SqliteFile[] = [];
  const open = async (): Promise<SqliteFile> => {
    const file = openSqlite();
    files.push(file);
    await migrate(file.database);
    return file;
  };
  const appending = appends('append + fdatasync', samples);
  try {
    const candidates: Candidate[] = [];
    for (const synchronous of ['FULL', 'NORMAL'] as const) {
      for (const { users } of TARGETS) candidates.push(await ours(await open(), { synchronous, users, samples }));
      for (const { users } of TARGETS) candidates.push(await raw(await open(), { synchronous, users, samples }, null));
    }
    const beside = await verifyCandidate('memory', memoryStore(), samples);
    candidates.push(await raw(await open(), { synchronous: 'FULL', users: 1, samples }, beside));
    candidates.push(await updatesAlone('UPDATE alone', await open(), samples, 1));
    candidates.push(await updatesAlone(`UPDATE alone, groups of ${MANY}`, await open(), samples, MANY));
    candidates.push(appending);
    const memory = await verifyCandidate('mfakit, memory store', memoryStore(), samples);
    candidates.push({ ...memory, operations: samples, run: spread(1, samples, memory.run) });
    const measured = await interleave(candidates, plan);
    const share = (of: string, to: string): number => 1 / ratio(find(measured, of), find(measured, to));
    return {
      text: [
        '`verify` on a file in WAL mode, against the same two statements on the bare driver (libsql): the SELECT of the ' +
          'record, and in one transaction of their own the UPDATE that swaps it and the INSERT of its event. Between two calls of a ' +
          'user the event loop turns once, as it does between two requests. FULL, an fsync for each commit, is what the ' +
          'store sets. NORMAL may lose the last commits in a power cut, spent codes among them: it is shown for what the ' +
          'fsync costs. "raw and memory" does a `verify` with the memory store between its two statements. The floors ' +
          'below it, all with FULL: a swap that reads nothing and stores no event, alone and with twenty in one transaction; and ' +
          'as many bytes as a commit writes at the end of a plain file, with `fdatasync`.',
      ],
      tables: [
        {
          head: ['', 'one call', 'per second', 'throughput to raw as many at a time'],
          rows: measured.map(({ name, us }) => [name, duration(us), perSecond(us), toRaw(name, share)]),
        },
      ],
      targets: TARGETS.map(({ users, work, atLeast }) => {
        const reached = share(nameOf('mfakit', 'FULL', users), nameOf('raw', 'FULL', users));
        return {
          work: `\`verify\` on SQLite, WAL, synchronous = FULL, ${work}`,
          target: `at least ${atLeast} of raw`,
          figure: times(reached),
          met: reached >= atLeast,
          bound:
            `the work of \`verify\` beside the disk: raw with a \`verify\` in memory between its statements runs at ` +
            `${times(share(nameOf('raw and memory', 'FULL', 1), nameOf('raw', 'FULL', 1)))} of raw; after each wait for ` +
            'the disk JavaScript runs at a third of its speed',
        };
      }),
    };
  } finally {
    appending.remove();
    for (const file of files) file.remove();
  }
}

function nameOf(how: string, synchronous: Synchronous, users: number): string {
  return `${how}, ${synchronous}, ${users} at a time`;
}

function toRaw(name: string, share: (of: string, to: string) => number): string {
  const [how = '', ...rest] = name.split(', ');
  return ['mfakit', 'raw and memory'].includes(how) && rest.length === 2
    ? times(share(name, ['raw', ...rest].join(', ')))
    : '';
}

/** Numbered calls by so many users at once, with a turn of the event loop after each. */
function spread(users: number, calls: number, call: (index: number) => Promise<unknown>): () => Promise<void> {
  return () =>
    inParallel(users, calls, async (index) => {
      await call(index);
      await new Promise(setImmediate);
    });
}

interface How {
  readonly synchronous: Synchronous;
  /** Users at a time. */
  readonly users: number;
  readonly samples: number;
}

async function ours({ database }: SqliteFile, { synchronous, users, samples }: How): Promise<Candidate> {
  const store = sqliteStore(database);
  database.exec(`PRAGMA synchronous = ${synchronous}`);
  const one = await verifyCandidate(nameOf('mfakit', synchronous, users), store, samples);
  return { ...one, operations: samples, run: spread(users, samples, one.run) };
}

/**
 * The floor: what a store sends that commits each call by itself, with texts made before the measurement.
 * @param beside - runs between the statements
 */
async function raw(
  { database }: SqliteFile,
  { synchronous, users, samples }: How,
  beside: Candidate | null,
): Promise<Candidate> {
  const record = await recordedCommits(sqliteStore(database), samples);
  database.exec(`PRAGMA synchronous = ${synchronous}`);
  const read = database.prepare('SELECT revision, record FROM mfa_record WHERE user_id = ?');
  const update = database.prepare(
    'UPDATE mfa_record SET revision = ?, record = ? WHERE user_id = ? AND revision = ? RETURNING 1',
  );
  const insert = database.prepare('INSERT INTO mfa_event (user_id, seq, at, event) VALUES (?, ?, ?, ?)');
  let commits: readonly Recorded[] = [];
  return {
    name: nameOf(beside === null ? 'raw' : 'raw and memory', synchronous, users),
    operations: samples,
    prepare: async () => {
      commits = await record();
      await beside?.prepare?.();
    },
    run: spread(users, samples, async (index) => {
      const { userId, expected, revision, record: json, events } = at(commits, index);
      read.all(userId);
      await beside?.run(index);
      database.exec('BEGIN IMMEDIATE');
      if (update.all(revision, json, userId, expected).length !== 1) throw new Error('the swap was lost');
      for (const event of events) insert.run(userId, event.seq, event.at, event.json);
      database.exec('COMMIT');
    }),
  };
}

/** The benchmark. */
export const sqlite: Bench = { name: 'sqlite', title: 'verify on SQLite', run };
