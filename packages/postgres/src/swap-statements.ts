/** The statements that change one user: the record, and all else only if that changed a row. */
import type { Tables } from './tables.ts';

/** What each statement of a swap takes, beside what its name says. `update…`: `$8` is the expected revision. */
export interface SwapStatements {
  /**
   * `$1` user id, `$2` revision, `$3` record, `$4` marks, `$5` overdue from, `$6` enabled, `$7` locked until, and the events
   * last, as the text of an array.
   */
  readonly insert: string;
  readonly update: string;
  /** The ordinary case, which the server plans in half the time: exactly one event, as number, instant and text. */
  readonly insertOne: string;
  readonly updateOne: string;
  /** Without events; takes away those that are there. */
  readonly insertErasing: string;
  readonly updateErasing: string;
  /** After the events, those for the outbox. */
  readonly insertQueueing: string;
  readonly updateQueueing: string;
  /** Without events, but with those for the outbox; takes away what is there, and what is parked in the outbox. */
  readonly insertErasingQueueing: string;
  readonly updateErasingQueueing: string;
  /** `$1` user id, `$2` the expected revision. */
  readonly remove: string;
}

/**
 * In READ COMMITTED an `UPDATE` or `DELETE` that waited for another one looks at its condition again, against the row as
 * that one left it; an `INSERT` that waited for another one of the same key does nothing. So of racing swaps one
 * changes a row, and the events go in only where `changed` holds one. Stricter isolation rolls the losers back instead.
 */
export function swapStatements({ record, event }: Tables, outbox: string): SwapStatements {
  const inserted = `changed AS (
      INSERT INTO ${record} (user_id, revision, record, marks, overdue_from, enabled, locked_until)
      VALUES ($1, $2, $3::text::json, $4, ${instant('$5')}, $6, ${instant('$7')})
      ON CONFLICT (user_id) DO NOTHING
      RETURNING user_id
    )`;
  const updated = `changed AS (
      UPDATE ${record}
      SET revision = $2, record = $3::text::json, marks = $4, overdue_from = ${instant('$5')},
        enabled = $6, locked_until = ${instant('$7')}
      WHERE user_id = $1 AND revision = $8
      RETURNING user_id
    )`;
  const removed = `changed AS (
      DELETE FROM ${record} WHERE user_id = $1 AND revision = $2
      RETURNING user_id
    )`;
  const one = (first: number): string => `INSERT INTO ${event} (user_id, seq, at, event)
    SELECT user_id, $${first}::bigint, ${instant(`$${first + 1}`)}, $${first + 2}::text::json FROM changed
    RETURNING user_id`;
  const logged = (events: number): string => `logged AS (
      INSERT INTO ${event} (user_id, seq, at, event)
      SELECT changed.user_id, ${eventColumns} FROM changed, json_array_elements($${events}::text::json) AS e(event)
      RETURNING user_id
    )`;
  const erased = `erased AS (
      DELETE FROM ${event} WHERE user_id = $1 AND EXISTS (SELECT 1 FROM changed)
      RETURNING user_id
    )`;
  const queued = (events: number): string => `queued AS (
      INSERT INTO ${outbox} (user_id, event)
      SELECT changed.user_id, e.event FROM changed, jsonb_array_elements($${events}::text::jsonb) AS e(event)
      RETURNING user_id
    )`;
  const unparked = `unparked AS (
      DELETE FROM ${outbox} WHERE due = 'infinity' AND user_id = $1 AND EXISTS (SELECT 1 FROM changed)
      RETURNING user_id
    )`;
  return {
    insert: swap(inserted, logged(8)),
    insertOne: `WITH ${inserted} ${one(8)}`,
    insertErasing: swap(inserted, erased),
    update: swap(updated, logged(9)),
    updateOne: `WITH ${updated} ${one(9)}`,
    updateErasing: swap(updated, erased),
    insertQueueing: swap(inserted, logged(8), queued(9)),
    insertErasingQueueing: swap(inserted, erased, unparked, queued(8)),
    updateQueueing: swap(updated, logged(9), queued(10)),
    updateErasingQueueing: swap(updated, erased, unparked, queued(9)),
    remove: swap(removed, erased),
  };
}

/** The columns of an event `e.event`. */
export const eventColumns = `(e.event ->> 'seq')::bigint, to_timestamp((e.event ->> 'at')::float8 / 1000), e.event`;

/** Epoch milliseconds as `timestamptz`. */
export function instant(milliseconds: string): string {
  return `to_timestamp(${milliseconds}::float8 / 1000)`;
}

function swap(change: string, ...consequences: readonly string[]): string {
  return `WITH ${[change, ...consequences].join(', ')}
    SELECT user_id FROM changed`;
}
