/** outbox: the commit of a sign-in that notifies nobody, over a store with an outbox and over one without. */
import type { MfaEvent, MfaStore, StoredRecord } from '@mfakit/core';
import { TOLD } from '@mfakit/notify';
import { migrate, postgresStore } from '@mfakit/postgres';
import { startPostgres } from '@mfakit/postgres-server';
import { Pool } from 'pg';
import { enrolMany, startApplication } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { duration, times } from '../format.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';

const AT_MOST = 1.05;
const WITHOUT = 'without an outbox';
const SILENT = 'with one, notifying nobody';
const TELLING = 'with one, queueing an event';

async function run({ smoke }: Scale): Promise<Findings> {
  const operations = smoke ? 10 : 50;
  const rounds = smoke ? 1 : 60;
  const server = await startPostgres();
  const pool = new Pool({ connectionString: server.url, max: 1 });
  pool.on('error', () => undefined);
  try {
    const candidates: Candidate[] = [];
    for (const [index, name] of [WITHOUT, SILENT, TELLING].entries()) {
      const schema = `s${index}`;
      await migrate(pool, { schema, outbox: true });
      const outbox = { types: TOLD };
      const store = postgresStore(pool, name === WITHOUT ? { schema } : { schema, outbox });
      candidates.push(await commits(name, store, { operations, method: name === TELLING ? 'backup_code' : 'totp' }));
    }
    const measured = await interleave(candidates, { rounds, warmupRounds: smoke ? 1 : 10, samples: 1 });
    const [without, silent] = [find(measured, WITHOUT), find(measured, SILENT)];
    const slower = ratio(silent, without);
    return {
      text: [
        'The commit of a `verify` alone, over one connection to PostgreSQL 18 on the same machine with its default settings, ' +
          'fsync included. The candidates take turns, 50 commits each; a ratio is the median over the rounds. A commit that ' +
          'notifies nobody is the same statement with an outbox and without.',
      ],
      tables: [
        {
          head: ['the store', 'per commit', 'to one without an outbox'],
          rows: measured.map((one) => [one.name, duration(one.us), times(ratio(one, without))]),
        },
      ],
      targets: [
        {
          work: 'the commit of a sign-in that notifies nobody, with an outbox',
          target: 'at most 1.05 × one without',
          figure: times(slower),
          met: slower <= AT_MOST,
        },
      ],
    };
  } finally {
    await pool.end();
    await server.stop();
  }
}

interface Work {
  readonly operations: number;
  /** Of the second factor: a backup code is told. */
  readonly method: string;
}

/** The commits that sign-ins of one user make, one after the other. */
async function commits(name: string, store: MfaStore, { operations, method }: Work): Promise<Candidate> {
  const application = startApplication(store);
  await enrolMany(application, 1);
  const [user] = await store.scan({ limit: 1 });
  if (user === undefined) throw new Error('The user was not stored.');
  const { userId, record } = user;
  let { revision } = user;
  let seq = record.lastEventSeq;
  return {
    name,
    operations,
    async run() {
      for (let operation = 0; operation < operations; operation += 1) {
        seq += 1;
        const event: MfaEvent = {
          userId,
          seq,
          at: Date.now(),
          type: 'verified',
          operation: 'verify',
          failures: 0,
          backupCodesRemaining: 10,
          method,
          factorId: null,
        };
        const next: StoredRecord = {
          revision: `revision-${name.length}-${seq}`,
          record: { ...record, lastEventSeq: seq },
        };
        if (!(await store.commit({ userId, expected: revision, next, events: [event] }))) throw new Error('lost');
        ({ revision } = next);
      }
    },
  };
}

/** The benchmark. */
export const outbox: Bench = { name: 'outbox', title: 'The outbox', run };
