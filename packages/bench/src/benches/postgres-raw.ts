/** rawCandidate: the two statements of a verify on the bare driver. */
import { postgresStore } from '@mfakit/postgres';
import type { Pool } from 'pg';
import { at } from '../application.ts';
import { statements, tablesIn } from '../internals.ts';
import type { Candidate } from '../interleave.ts';
import { inParallel } from '../parallel.ts';
import { recordedCommits, type Recorded } from '../recorded-commits.ts';

/** Where and how to send them. */
export interface RawOptions {
  readonly pool: Pool;
  readonly schema: string;
  readonly named: boolean;
  readonly operations: number;
  readonly connections: number;
  /** Is run between the two statements. */
  readonly beside?: Candidate;
}

/** The floor: the very text that the store sends, with values made beforehand. */
export async function rawCandidate(
  name: string,
  { pool, schema, named, operations, connections, beside }: RawOptions,
): Promise<Candidate> {
  const record = await recordedCommits(postgresStore(pool, { schema }), operations);
  const sql = statements(tablesIn(schema));
  const send = (statement: 'read' | 'update', values: unknown[]): Promise<{ rows: unknown[] }> =>
    named
      ? pool.query({ name: `${statement}_${schema}`, text: sql[statement], values })
      : pool.query(sql[statement], values);
  let commits: readonly (Recorded & { readonly eventsJson: string })[] = [];
  return {
    name,
    operations,
    prepare: async () => {
      await beside?.prepare?.();
      const recorded = await record();
      commits = recorded.map((one) => ({ ...one, eventsJson: `[${one.events.map(({ json }) => json).join(',')}]` }));
    },
    run: () =>
      inParallel(connections, operations, async (index) => {
        const { userId, expected, revision, record: json, eventsJson } = at(commits, index);
        await send('read', [userId]);
        await beside?.run(index);
        const { rows } = await send('update', [userId, revision, json, eventsJson, expected]);
        if (rows.length !== 1) throw new Error('the swap was lost');
      }),
  };
}
