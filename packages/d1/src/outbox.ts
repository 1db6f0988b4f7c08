/** d1Outbox: the outbox over one table of the same database. D1 carries out one batch after the other, and so gives leases out. */
import type { Outbox, OutboxEntry } from '@mfakit/core';
import type { Query } from './binding.ts';

/** One row per event that someone must be told of. */
export const OUTBOX_TABLE: string = `\
-- One row per event that someone must be told of: written in the transaction that stores the event, removed once it was
-- told. due: epoch milliseconds when it may be claimed; a lease moves it on, 9e999 parks it. AUTOINCREMENT: no id comes twice.
CREATE TABLE IF NOT EXISTS mfa_outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id TEXT NOT NULL COLLATE BINARY,
  event TEXT NOT NULL,
  due REAL NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT ''
) STRICT;
`;

/** Finds what is due. */
export const OUTBOX_INDEX: string = `\
CREATE INDEX IF NOT EXISTS mfa_outbox_due ON mfa_outbox (due, id);
`;

/** Beyond every instant. Written out in SQL: as a value it would have to pass JSON, which has no infinity. */
const PARKED = '9e999';

/** `?1` user id, `?2` the expected revision, `?3` the events, each as a text in an array, `?4` due. */
export const queueWhere = (isExpected: string): string =>
  `INSERT INTO mfa_outbox (user_id, event, due) SELECT ?1, value, ?4 FROM json_each(?3) WHERE ${isExpected}`;

/** `?1` user id, `?2` the expected revision. An erase takes what nobody will tell any more. */
export const unparkWhere = (isExpected: string): string =>
  `DELETE FROM mfa_outbox WHERE due = ${PARKED} AND user_id = ?1 AND ${isExpected}`;

const CLAIM = `UPDATE mfa_outbox SET due = ?1, tries = tries + 1
  WHERE id IN (SELECT id FROM mfa_outbox WHERE due <= ?2 ORDER BY due, id LIMIT ?3)
  RETURNING CAST(id AS TEXT) AS id, event, tries`;
const DONE = 'DELETE FROM mfa_outbox WHERE id IN (SELECT value FROM json_each(?1))';
const DROP = 'DELETE FROM mfa_outbox WHERE id = ?1 RETURNING 1';
const RETRY = 'UPDATE mfa_outbox SET due = ?1, error = ?2 WHERE id = ?3 RETURNING 1';
const PARK = `UPDATE mfa_outbox SET due = ${PARKED}, error = ?1 WHERE id = ?2 RETURNING 1`;
const STATS = `SELECT count(*) FILTER (WHERE due < ${PARKED}) AS waiting, count(*) FILTER (WHERE due = ${PARKED}) AS parked,
  min(event ->> '$.at') FILTER (WHERE due < ${PARKED}) AS oldest FROM mfa_outbox`;
const PARKED_ROWS = `SELECT CAST(id AS TEXT) AS id, event, tries, error FROM mfa_outbox
  WHERE due = ${PARKED} ORDER BY id LIMIT ?1`;

/** What the store lends: a transaction of one statement, and its rows. */
type Rows = <Row>(query: Query) => Promise<readonly Row[]>;

interface EntryRow {
  readonly id: string;
  readonly event: string;
  readonly tries: number;
}

interface StatsRow {
  readonly waiting: number;
  readonly parked: number;
  readonly oldest: number | null;
}

/** What is no number of a row is the id of none. */
const ID = /^\d{1,15}$/;

/** The outbox of a store. */
export function d1Outbox(rows: Rows): Outbox {
  return {
    async claim(limit, leaseSeconds) {
      const now = Date.now();
      return (await rows<EntryRow>([CLAIM, now + leaseSeconds * 1000, now, limit])).map(entry);
    },

    async done(ids) {
      const known = ids.filter((id) => ID.test(id)).map(Number);
      if (known.length > 0) await rows([DONE, JSON.stringify(known)]);
    },

    async retry(id, at, error) {
      if (!ID.test(id)) return false;
      const query: Query = at === null ? [PARK, error, Number(id)] : [RETRY, at.getTime(), error, Number(id)];
      return (await rows(query)).length > 0;
    },

    drop: async (id) => ID.test(id) && (await rows([DROP, Number(id)])).length > 0,

    async stats() {
      const [row] = await rows<StatsRow>([STATS]);
      if (row === undefined) throw new Error('D1 gave no count of the outbox.');
      return { ...row, oldest: row.oldest === null ? null : new Date(row.oldest) };
    },

    async parked(limit) {
      const found = await rows<EntryRow & { readonly error: string }>([PARKED_ROWS, limit]);
      return found.map((row) => ({ ...entry(row), error: row.error }));
    },
  };
}

function entry({ id, event, tries }: EntryRow): OutboxEntry {
  return { id, event: JSON.parse(event), tries };
}
