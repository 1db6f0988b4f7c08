/** sqliteOutbox: the outbox over one table of the same file. The one writer that SQLite has at a time gives leases out. */
import type { Outbox, OutboxEntry } from '@mfakit/core';
import { changedRows, type SqliteStatement } from './driver.ts';
import type { Write } from './group-commit.ts';

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
const REMOVE = 'DELETE FROM mfa_outbox WHERE id = ?';
const RETRY = 'UPDATE mfa_outbox SET due = ?, error = ? WHERE id = ?';
const PARK = `UPDATE mfa_outbox SET due = ${PARKED}, error = ? WHERE id = ?`;
const STATS = `SELECT count(*) FILTER (WHERE due < ${PARKED}) AS waiting, count(*) FILTER (WHERE due = ${PARKED}) AS parked,
  min(event ->> '$.at') FILTER (WHERE due < ${PARKED}) AS oldest FROM mfa_outbox`;
const PARKED_ROWS = `SELECT CAST(id AS TEXT) AS id, event, tries, error FROM mfa_outbox
  WHERE due = ${PARKED} ORDER BY id LIMIT ?`;

/** What the store lends: its statements, and its transactions. */
interface Lent {
  readonly statement: (sql: string) => SqliteStatement;
  readonly read: <T>(work: () => T) => T;
  readonly write: Write;
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
export function sqliteOutbox({ statement, read, write }: Lent): Outbox {
  const change = (sql: string, ...values: (string | number)[]): Promise<boolean> =>
    write(() => changedRows(statement(sql), ...values) > 0);

  return {
    async claim(limit, leaseSeconds) {
      const rows = await write(() => {
        // Not before: a commit of the same group may just have queued what is due.
        const now = Date.now();
        return statement(CLAIM).all(now + leaseSeconds * 1000, now, limit);
      });
      return (rows as EntryRow[]).map(entry);
    },

    async done(ids) {
      const known = ids.filter((id) => ID.test(id));
      if (known.length === 0) return;
      await write(() => known.forEach((id) => statement(REMOVE).run(Number(id))));
    },

    async retry(id, at, error) {
      if (!ID.test(id)) return false;
      return at === null ? change(PARK, error, Number(id)) : change(RETRY, at.getTime(), error, Number(id));
    },

    drop: async (id) => ID.test(id) && change(REMOVE, Number(id)),

    async stats() {
      const [row] = read(() => statement(STATS).all()) as StatsRow[];
      const oldest = row?.oldest ?? null;
      return {
        waiting: Number(row?.waiting),
        parked: Number(row?.parked),
        oldest: oldest === null ? null : new Date(Number(oldest)),
      };
    },

    async parked(limit) {
      const rows = read(() => statement(PARKED_ROWS).all(limit)) as (EntryRow & { readonly error: string })[];
      return rows.map((row) => ({ ...entry(row), error: row.error }));
    },
  };
}

function entry({ id, event, tries }: EntryRow): OutboxEntry {
  return { id, event: JSON.parse(event), tries: Number(tries) };
}
