/** mysqlOutbox: the outbox in the table of everything else, since one statement can only write both or none of one table. */
import { Buffer } from 'node:buffer';
import type { MfaEvent, Outbox, OutboxEntry } from '@mfakit/core';
import { textOf, type Row } from './answer.ts';
import type { MysqlValue } from './client.ts';
import { whole } from './statements.ts';

/**
 * An entry is a row whose `seq` is negative, drawn at random: no event has such a number. Its `at` says when it is due, so far
 * below zero that it stands before every event in the index: nothing that looks for events meets it. Its `revision` is that
 * of the last claim and the number of tries.
 */
export interface QueuedRow {
  readonly seq: number;
  readonly at: number;
  readonly body: string;
}

/** Taken off an instant of now to get `at`: above any instant, and both stay exact. */
const BASE = 2 ** 52;
/** Nothing is due then: the highest `at` that is no event's. */
const PARKED = -1;

interface Body {
  readonly event: MfaEvent;
  readonly error: string;
}

/** The row of an event that is due at once. */
export function queuedRow(event: MfaEvent): QueuedRow {
  const body: Body = { event, error: '' };
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  // 52 bits among the few rows of one user; never 0, which is the record.
  const drawn = (high % 2 ** 20) * 2 ** 32 + low + 1;
  return { seq: -drawn, at: Date.now() - BASE, body: JSON.stringify(body) };
}

/** What the store lends. */
interface Lent {
  readonly table: string;
  readonly select: (text: string, values: MysqlValue[]) => Promise<readonly Row[]>;
  readonly change: (text: string, values: MysqlValue[]) => Promise<boolean>;
}

/** The outbox of a store. */
export function mysqlOutbox({ table, select, change }: Lent): Outbox {
  async function now(): Promise<number> {
    const [row] = await select(`SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000 AS ms`, []);
    return Number(row?.['ms']);
  }

  async function bodyOf(key: readonly [Buffer, number]): Promise<Body | null> {
    const [row] = await select(`SELECT body FROM ${table} WHERE user_id = ? AND seq = ? AND at < 0`, [...key]);
    return row === undefined ? null : JSON.parse(textOf(row, 'body'));
  }

  async function remove(keys: readonly (readonly [Buffer, number])[]): Promise<boolean> {
    if (keys.length === 0) return false;
    const each = keys.map(() => '(user_id = ? AND seq = ? AND at < 0)').join(' OR ');
    return change(`DELETE FROM ${table} WHERE ${each}`, keys.flat());
  }

  return {
    async claim(limit, leaseSeconds) {
      const instant = await now();
      const due = Math.round(instant + leaseSeconds * 1000) - BASE;
      const claim = Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString('base64url');
      // Others pass over what this one has locked, and it never waits for them.
      const claimed = await change(
        `UPDATE ${table} AS entry JOIN (
          SELECT user_id, seq FROM ${table} WHERE at <= ? ORDER BY at LIMIT ${whole(limit)} FOR UPDATE SKIP LOCKED
        ) AS next ON entry.user_id = next.user_id AND entry.seq = next.seq
        SET entry.at = ?, entry.revision =
          CONCAT(?, '.', CAST(SUBSTRING_INDEX(COALESCE(entry.revision, '0'), '.', -1) AS UNSIGNED) + 1)`,
        [instant - BASE, due, Buffer.from(claim)],
      );
      if (!claimed) return [];
      const rows = await select(
        `SELECT user_id, seq, revision, body FROM ${table} WHERE at = ? AND SUBSTRING_INDEX(revision, '.', 1) = ?`,
        [due, Buffer.from(claim)],
      );
      return rows.map(entryOf);
    },

    async done(ids) {
      await remove(keysOf(ids));
    },

    async retry(id, at, error) {
      const key = keyOf(id);
      const body = key && (await bodyOf(key));
      if (key === null || body === null) return false;
      const due = at === null ? PARKED : at.getTime() - BASE;
      const text = Buffer.from(JSON.stringify({ ...body, error }));
      await change(`UPDATE ${table} SET at = ?, body = ? WHERE user_id = ? AND seq = ? AND at < 0`, [
        due,
        text,
        ...key,
      ]);
      return true;
    },

    drop: (id) => remove(keysOf([id])),

    async stats() {
      const [row] = await select(
        `SELECT COUNT(CASE WHEN at < ${PARKED} THEN 1 END) AS waiting, COUNT(CASE WHEN at = ${PARKED} THEN 1 END) AS parked,
          MIN(CASE WHEN at < ${PARKED}
            THEN CAST(JSON_VALUE(CONVERT(body USING utf8mb4), '$.event.at') AS SIGNED) END) AS oldest
        FROM ${table} WHERE at < 0`,
        [],
      );
      const oldest = row?.['oldest'] ?? null;
      return {
        waiting: Number(row?.['waiting']),
        parked: Number(row?.['parked']),
        oldest: oldest === null ? null : new Date(Number(oldest)),
      };
    },

    async parked(limit) {
      const rows = await select(
        `SELECT user_id, seq, revision, body FROM ${table} WHERE at = ${PARKED} LIMIT ${whole(limit)}`,
        [],
      );
      return rows.map((row) => ({ ...entryOf(row), error: bodyIn(row).error }));
    },
  };
}

function bodyIn(row: Row): Body {
  return JSON.parse(textOf(row, 'body'));
}

function entryOf(row: Row): OutboxEntry {
  const user = Buffer.from(textOf(row, 'user_id')).toString('base64url');
  const tries = textOf(row, 'revision').split('.').at(-1);
  return { id: `${user}.${-Number(row['seq'])}`, event: bodyIn(row).event, tries: Number(tries) };
}

/** The primary key of an entry, and never that of a record or an event. */
function keyOf(id: string): readonly [Buffer, number] | null {
  const [, user, drawn] = /^([\w-]+)\.([1-9]\d{0,15})$/.exec(id) ?? [];
  return user === undefined ? null : [Buffer.from(user, 'base64url'), -Number(drawn)];
}

function keysOf(ids: readonly string[]): readonly (readonly [Buffer, number])[] {
  return ids.map(keyOf).filter((key) => key !== null);
}
