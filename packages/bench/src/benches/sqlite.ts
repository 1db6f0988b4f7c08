/** sqlite: verify on a file, against the same statements on the bare driver. */
import { memoryStore } from '@mfakit/memory';
import { migrate, sqliteStore } from '@mfakit/sqlite';
import { at } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { duration, perSecond, times } from '../format.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';
import { recordedCommits, type Recorded } from '../recorded-commits.ts';
import { openSqlite, type SqliteFile } from '../sqlite-file.ts';
import { verifyCandidate } from '../verify-candidate.ts';

const AT_LEAST = 0.75;

type Synchronous = 'FULL' | 'NORMAL';

async function run({ smoke }: Scale): Promise<Findings> {
  const plan = smoke ? { rounds: 1, samples: 3 } : { rounds: 15, warmupRounds: 30, samples: 60 };
  const files: SqliteFile[] = [];
  const open = async (): Promise<SqliteFile> => {
    const file = openSqlite();
    files.push(file);
    await migrate(file.database);
    return file;
  };
  try {
    const candidates: Candidate[] = [];
    for (const synchronous of ['FULL', 'NORMAL'] as const) {
      candidates.push(await ours(await open(), synchronous, plan.samples));
      candidates.push(await raw(await open(), synchronous, plan.samples, null));
      candidates.push(
        await raw(
          await open(),
          synchronous,
          plan.samples,
          await verifyCandidate('mfakit, memory store', memoryStore(), plan.samples),
        ),
      );
    }
    candidates.push(await verifyCandidate('mfakit, memory store', memoryStore(), plan.samples));
    const measured = await interleave(candidates, plan);
    const share = (of: string, to: string): number => 1 / ratio(find(measured, of), find(measured, to));
    const full = share('mfakit, FULL', 'raw, FULL');
    return {
      text: [
        'One `verify` at a time on a file in WAL mode, against the same two statements on the bare driver (libsql): the ' +
          'SELECT of the record, and in one transaction the UPDATE that swaps it and the INSERT of its event. FULL, an fsync ' +
          'for each commit, is what the store sets. NORMAL may lose the last commits in a power cut, spent codes among ' +
          'them: it is shown for what the fsync costs. Between its two statements the second raw does a `verify` with the ' +
          'memory store: what is left to the store of SQLite is the difference to that.',
      ],
      tables: [
        {
          head: ['', 'one call', 'per second', 'throughput to raw', 'to raw and a `verify` in memory'],
          rows: measured.map(({ name, us }) => {
            const [how = '', synchronous] = name.split(', ');
            const floor = `raw, ${synchronous}`;
            const both = `raw and memory, ${synchronous}`;
            return [
              name,
              duration(us),
              perSecond(us),
              ['mfakit', 'raw and memory'].includes(how) && synchronous !== 'memory store'
                ? times(share(name, floor))
                : '',
              how === 'mfakit' && synchronous !== 'memory store' ? times(share(name, both)) : '',
            ];
          }),
        },
      ],
      targets: [
        {
          work: '`verify` on SQLite, WAL, synchronous = FULL',
          target: `at least ${AT_LEAST} of raw`,
          figure: times(full),
          met: full >= AT_LEAST,
          bound:
            `the work of \`verify\` beside the disk: raw with a \`verify\` in memory between its statements runs at ` +
            `${times(share('raw and memory, FULL', 'raw, FULL'))} of raw, and ours at ` +
            `${times(share('mfakit, FULL', 'raw and memory, FULL'))} of that; this disk answers an fsync in 0.2 ms, and ` +
            'after each wait for it JavaScript runs at a third of its speed',
        },
      ],
    };
  } finally {
    for (const file of files) file.remove();
  }
}

async function ours({ database }: SqliteFile, synchronous: Synchronous, samples: number): Promise<Candidate> {
  const store = sqliteStore(database);
  database.exec(`PRAGMA synchronous = ${synchronous}`);
  return verifyCandidate(`mfakit, ${synchronous}`, store, samples);
}

/**
 * The floor: what the store sends, with texts made before the measurement.
 * @param beside - runs between the statements
 */
async function raw(
  { database }: SqliteFile,
  synchronous: Synchronous,
  samples: number,
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
    name: `raw${beside === null ? '' : ' and memory'}, ${synchronous}`,
    prepare: async () => {
      commits = await record();
      await beside?.prepare?.();
    },
    run: async (index) => {
      const { userId, expected, revision, record: json, events } = at(commits, index);
      read.all(userId);
      await beside?.run(index);
      database.exec('BEGIN IMMEDIATE');
      if (update.all(revision, json, userId, expected).length !== 1) throw new Error('the swap was lost');
      for (const event of events) insert.run(userId, event.seq, event.at, event.json);
      database.exec('COMMIT');
    },
  };
}

/** The benchmark. */
export const sqlite: Bench = { name: 'sqlite', title: 'verify on SQLite', run };
