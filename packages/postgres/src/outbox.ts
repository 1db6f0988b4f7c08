/** postgresOutbox: the outbox over one table, one statement a call; none holds a transaction open while something is told. */
import type { Outbox, OutboxEntry } from '@mfakit/core';
import { quoted, type SchemaObject } from './tables.ts';

/** The statements of the outbox, by what they do. */
export interface OutboxStatements {
  /** `$1` limit, `$2` seconds. */
  readonly outboxClaim: string;
  /** `$1` ids, as the text of an array. */
  readonly outboxDone: string;
  /** `$1` id, `$2` instant, `$3` error. */
  readonly outboxRetry: string;
  /** `$1` id. */
  readonly outboxDrop: string;
  readonly outboxStats: string;
  /** `$1` limit. */
  readonly outboxParked: string;
}

/** The table as SQL writes it. @throws as {@link quoted} */
export function outboxIn(schema: string): string {
  return `${quoted(schema)}.mfa_outbox`;
}

/** What `schema-outbox.sql` creates, in order. Why it is as it is, is said there. */
export function outboxObjects(outbox: string): readonly SchemaObject[] {
  return [
    {
      name: 'mfa_outbox',
      create: `CREATE TABLE IF NOT EXISTS ${outbox} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL,
  event jsonb NOT NULL,
  due timestamptz NOT NULL DEFAULT now(),
  tries integer NOT NULL DEFAULT 0,
  error text NOT NULL DEFAULT ''
)`,
    },
    {
      name: 'mfa_outbox_due',
      create: `CREATE INDEX IF NOT EXISTS mfa_outbox_due ON ${outbox} (due ASC, id ASC)`,
    },
  ];
}

/** `SKIP LOCKED` lets workers pass one another; without it they would wait in a line. */
export function outboxStatements(outbox: string): OutboxStatements {
  return {
    outboxClaim: `WITH next AS (
      SELECT id FROM ${outbox} WHERE due <= now() ORDER BY due, id LIMIT $1 FOR UPDATE SKIP LOCKED
    )
    UPDATE ${outbox} AS o SET due = now() + make_interval(secs => $2::text::float8), tries = tries + 1
    FROM next WHERE o.id = next.id
    RETURNING o.id::text AS id, o.event::text AS event, o.tries AS tries`,
    outboxDone: `DELETE FROM ${outbox} WHERE id = ANY ($1::text::bigint[])`,
    outboxRetry: `UPDATE ${outbox} SET due = $2::text::timestamptz, error = $3 WHERE id = $1::text::bigint RETURNING 1`,
    outboxDrop: `DELETE FROM ${outbox} WHERE id = $1::text::bigint RETURNING 1`,
    outboxStats: `SELECT (count(*) FILTER (WHERE due < 'infinity'))::text AS waiting,
      (count(*) FILTER (WHERE due = 'infinity'))::text AS parked,
      (min((event ->> 'at')::float8) FILTER (WHERE due < 'infinity'))::text AS oldest FROM ${outbox}`,
    outboxParked: `SELECT id::text AS id, event::text AS event, tries, error FROM ${outbox}
      WHERE due = 'infinity' ORDER BY id LIMIT $1`,
  };
}

/** Runs one of the statements and gives its rows. */
type Run = <Row>(operation: keyof OutboxStatements, values: unknown[]) => Promise<readonly Row[]>;

interface EntryRow {
  readonly id: string;
  readonly event: string;
  readonly tries: number;
}

/** What is no number of a row is the id of none. */
const ID = /^\d{1,18}$/;

/**
 * The outbox of a store.
 * @param isRolledBack - whether an error of `run` says that others were faster, and nothing was done
 */
export function postgresOutbox(run: Run, isRolledBack: (error: unknown) => boolean): Outbox {
  return {
    async claim(limit, leaseSeconds) {
      try {
        return (await run<EntryRow>('outboxClaim', [limit, String(leaseSeconds)])).map(entry);
      } catch (error) {
        if (isRolledBack(error)) return [];
        throw error;
      }
    },

    async done(ids) {
      const known = ids.filter((id) => ID.test(id));
      if (known.length > 0) await run('outboxDone', [`{${known.join(',')}}`]);
    },

    async retry(id, at, error) {
      if (!ID.test(id)) return false;
      return (await run('outboxRetry', [id, at?.toISOString() ?? 'infinity', error])).length > 0;
    },

    drop: async (id) => ID.test(id) && (await run('outboxDrop', [id])).length > 0,

    async stats() {
      const [row] = await run<{ waiting: string; parked: string; oldest: string | null }>('outboxStats', []);
      const oldest = row?.oldest ?? null;
      return {
        waiting: Number(row?.waiting),
        parked: Number(row?.parked),
        oldest: oldest === null ? null : new Date(Number(oldest)),
      };
    },

    async parked(limit) {
      const rows = await run<EntryRow & { readonly error: string }>('outboxParked', [limit]);
      return rows.map((row) => ({ ...entry(row), error: row.error }));
    },
  };
}

function entry({ id, event, tries }: EntryRow): OutboxEntry {
  return { id, event: JSON.parse(event), tries };
}
