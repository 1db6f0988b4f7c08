/** sqliteOutbox: the outbox over one table of the same file. The one writer that SQLite has at a time gives leases out. */
import type { Outbox, OutboxEntry } from '@mfakit/core';
import type { Begin, SqliteStatement } from './driver.ts';

/** Creates what is missing and changes nothing that is there. */
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

CREATE INDEX IF NOT EXISTS mfa_outbox_due ON mfa_outbox (due, id);
`;

/** Beyond every instant. As a number in SQL: drivers differ in what they make of Infinity. */
const PARKED = '9e999';

/** User id, event, due. */
export const QUEUE = 'INSERT INTO mfa_outbox (user_id, event, due) VALUES (?, ?, ?)';
/** User id. An erase takes what nobody will tell any more. */
export const UNPARK: string = `DELETE FROM mfa_outbox WHERE due = ${PARKED} AND user_id = ?`;

const CLAIM = `UPDATE mfa_outbox SET due = ?, tries = tries + 1
  WHERE id IN (SELECT id FROM mfa_outbox WHERE due <= ? ORDER BY due, id LIMIT ?)
  RETURNING CAST(id AS TEXT) AS id, event, tries`;
const REMOVE = 'DELETE FROM mfa_outbox WHERE id = ? RETURNING 1';
const RETRY = 'UPDATE mfa_outbox SET due = ?, error = ? WHERE id = ? RETURNING 1';
const PARK = `UPDATE mfa_outbox SET due = ${PARKED}, error = ? WHERE id = ? RETURNING 1`;
const STATS = `SELECT count(*) FILTER (WHERE due < ${PARKED}) AS waiting, count(*) FILTER (WHERE due = ${PARKED}) AS parked,
  min(event ->> '$.at') FILTER (WHERE due < ${PARKED}) AS oldest FROM mfa_outbox`;
const PARKED_ROWS = `SELECT CAST(id AS TEXT) AS id, event, tries, error FROM mfa_outbox
  WHERE due = ${PARKED} ORDER BY id LIMIT ?`;

/** What the store lends: its statements, and a transaction. */
interface Lent {
  readonly statement: (sql: string) => SqliteStatement;
  readonly transact: <T>(begin: Begin, work: () => T) => T;
}

interface EntryRow {
  readonly id: string;
  readonly event: string;
  readonly tries: number | bigint;
}

interface StatsRow {
  readonly waiting: number | bigint;
  readonly parked: number | bigint;
  readonly oldest: number | bigint | null;
}

/** What is no number of a row is the id of none. */
const ID = /^\d{1,15}$/;

/** The outbox of a store. */
export function sqliteOutbox({ statement, transact }: Lent): Outbox {
  const write = (sql: string, ...values: (string | number)[]): unknown[] =>
    transact('BEGIN IMMEDIATE', () => statement(sql).all(...values));
  const read = (sql: string, ...values: number[]): unknown[] => transact('BEGIN', () => statement(sql).all(...values));

  return {
    async claim(limit, leaseSeconds) {
      const now = Date.now();
      return (write(CLAIM, now + leaseSeconds * 1000, now, limit) as EntryRow[]).map(entry);
    },

    async done(ids) {
      const known = ids.filter((id) => ID.test(id));
      if (known.length === 0) return;
      transact('BEGIN IMMEDIATE', () => known.map((id) => statement(REMOVE).all(Number(id))));
    },

    async retry(id, at, error) {
      if (!ID.test(id)) return false;
      const rows = at === null ? write(PARK, error, Number(id)) : write(RETRY, at.getTime(), error, Number(id));
      return rows.length > 0;
    },

    drop: async (id) => ID.test(id) && write(REMOVE, Number(id)).length > 0,

    async stats() {
      const [row] = read(STATS) as StatsRow[];
      const oldest = row?.oldest ?? null;
      return {
        waiting: Number(row?.waiting),
        parked: Number(row?.parked),
        oldest: oldest === null ? null : new Date(Number(oldest)),
      };
    },

    async parked(limit) {
      const rows = read(PARKED_ROWS, limit) as (EntryRow & { readonly error: string })[];
      return rows.map((row) => ({ ...entry(row), error: row.error }));
    },
  };
}

function entry({ id, event, tries }: EntryRow): OutboxEntry {
  return { id, event: JSON.parse(event), tries: Number(tries) };
}
