/** rawCandidate: the two statements of a verify on the bare driver. */
import { postgresStore } from '@mfakit/postgres';
import type { Pool } from 'pg';
import { at, enrolMany, startApplication } from '../application.ts';
import type { Candidate } from '../interleave.ts';
import { inParallel } from '../parallel.ts';

/** Where and how to send them. */
export interface RawOptions {
  readonly pool: Pool;
  readonly schema: string;
  readonly named: boolean;
  readonly operations: number;
  readonly connections: number;
  /** Runs between the two statements. */
  readonly beside?: Candidate;
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

/** The floor: exactly what the store sends, with values made in advance. */
export async function rawCandidate(
  name: string,
  { pool, schema, named, operations, connections, beside }: RawOptions,
): Promise<Candidate> {
  const record = await recordedStatements(pool, schema, operations);
  const send = (statement: keyof Statements, { text, values }: Sent): Promise<{ rows: unknown[] }> =>
    named ? pool.query({ name: `${statement}_${schema}`, text, values }) : pool.query(text, values);
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
        const { rows } = await send('update', update);
        if (rows.length !== 1) throw new Error('the swap was lost');
      }),
  };
}

/**
 * Enrolls users, and returns a function that records what one more verify of each user sends. It holds the swaps back:
 * carry them out before the next recording.
 */
async function recordedStatements(
  pool: Pool,
  schema: string,
  users: number,
): Promise<() => Promise<readonly Statements[]>> {
  let sent: Sent[] | null = null;
  const query = async (text: string, values: unknown[]): Promise<{ rows: unknown[] }> => {
    sent?.push({ text, values });
    // The store must believe that the swap it holds back has changed one row.
    return sent !== null && !text.startsWith('SELECT') ? { rows: [{}] } : pool.query(text, values);
  };
  const application = startApplication(postgresStore({ query }, { schema }));
  const enrolled = await enrolMany(application, users);
  return async () => {
    const logins = await application.logins(enrolled);
    const recorded: Statements[] = [];
    for (const login of logins) {
      const statements: Sent[] = [];
      sent = statements;
      await application.mfa.verify(login);
      sent = null;
      if (statements.length !== 2) throw new Error('a verify sends two statements');
      recorded.push({ read: at(statements, 0), update: at(statements, 1) });
    }
    return recorded;
  };
}
