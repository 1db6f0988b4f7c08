/** rawCandidate, updateAlone: the statements of a verify on the bare driver, and less than those. */
import { postgresStore } from '@mfakit/postgres';
import type { Pool } from 'pg';
import { at, enrolMany, startApplication } from '../application.ts';
import type { Candidate } from '../interleave.ts';
import { inParallel } from '../parallel.ts';
import { recordedCommits, type Recorded } from '../recorded-commits.ts';

/** Where and how to send them. */
export interface Where {
  readonly pool: Pool;
  readonly schema: string;
  readonly named: boolean;
  readonly operations: number;
  readonly connections: number;
}

/** One statement as the store sent it. */
interface Sent {
  readonly text: string;
  readonly values: unknown[];
}

/** One verify: the SELECT that reads the record, and the UPDATE that swaps it and stores its event. */
interface Statements {
  readonly read: Sent;
  readonly update: Sent;
}

/**
 * The floor: exactly what the store sends to read and to swap a record, with values made in advance.
 * @param beside - runs between the two statements
 */
export async function rawCandidate(name: string, where: Where, beside?: Candidate): Promise<Candidate> {
  const { operations, connections } = where;
  const record = await recordedStatements(where);
  const send = sendTo(where);
  let recorded: readonly Statements[] = [];
  return {
    name,
    operations,
    prepare: async () => {
      await beside?.prepare?.();
      recorded = await record();
    },
    run: () =>
      inParallel(connections, operations, async (index) => {
        const { read, update } = at(recorded, index);
        await send('read', read);
        await beside?.run(index);
        if ((await send('update', update)) !== 1) throw new Error('the swap was lost');
      }),
  };
}

/** The floor below it: a plain UPDATE of the record. Nothing is read, and no event is stored. */
export async function updateAlone(name: string, where: Where): Promise<Candidate> {
  const { pool, schema, operations, connections } = where;
  const record = await recordedCommits(postgresStore(pool, { schema }), operations);
  const send = sendTo(where);
  const text = `UPDATE ${schema}.mfa_record SET revision = $1, record = $2 WHERE user_id = $3 AND revision = $4 RETURNING user_id`;
  let commits: readonly Recorded[] = [];
  return {
    name,
    operations,
    prepare: async () => {
      commits = await record();
    },
    run: () =>
      inParallel(connections, operations, async (index) => {
        const { userId, expected, revision, record: json } = at(commits, index);
        const values = [revision, json, userId, expected];
        if ((await send('alone', { text, values })) !== 1) throw new Error('the swap was lost');
      }),
  };
}

type Send = (statement: string, sent: Sent) => Promise<number>;

/** @returns the number of rows */
function sendTo({ pool, schema, named }: Where): Send {
  return async (statement, { text, values }) => {
    const { rows } = await (named
      ? pool.query({ name: `${statement}_${schema}`, text, values })
      : pool.query(text, values));
    return rows.length;
  };
}

/**
 * Enrolls users, and returns a function that records what it takes to read each user and to swap the record that one more
 * verify makes. It holds the swaps back: carry them out before the next recording.
 */
async function recordedStatements({
  pool,
  schema,
  operations: users,
}: Where): Promise<() => Promise<readonly Statements[]>> {
  const sent: Sent[] = [];
  let holding = false;
  const query = async (text: string, values: unknown[]): Promise<{ rows: unknown[] }> => {
    sent.push({ text, values });
    // The store must believe that the swap it holds back has changed one row.
    return holding && !text.startsWith('SELECT') ? { rows: [{}] } : pool.query(text, values);
  };
  const store = postgresStore({ query }, { schema });
  const application = startApplication(store);
  const enrolled = await enrolMany(application, users);
  sent.splice(0);
  // Core need not read before each swap: what the floor sends for it is asked of the store.
  await store.read('anyone');
  const { text: select } = at(sent, 0);
  return async () => {
    const logins = await application.logins(enrolled);
    const recorded: Statements[] = [];
    holding = true;
    for (const [index, login] of logins.entries()) {
      sent.splice(0);
      await application.mfa.verify(login);
      const swaps = sent.filter(({ text }) => text !== select);
      if (swaps.length !== 1) throw new Error('a verify sends one swap');
      recorded.push({ read: { text: select, values: [at(enrolled, index).userId] }, update: at(swaps, 0) });
    }
    holding = false;
    sent.splice(0);
    return recorded;
  };
}
