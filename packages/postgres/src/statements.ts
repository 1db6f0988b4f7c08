/** The whole SQL of the store: one statement for each thing that is asked of it. */
import type { Tables } from './tables.ts';

/** The statements by what they do. */
export interface Statements {
  /** `$1` user id. */
  readonly read: string;
  /** `$1` user id, `$2` revision, `$3` record, `$4` events. */
  readonly insert: string;
  /** `$1` user id, `$2` revision, `$3` record; takes away the events that are there. */
  readonly insertErasing: string;
  /** `$1` user id, `$2` revision, `$3` record, `$4` the expected revision, `$5` events. */
  readonly update: string;
  /** `$1` user id, `$2` revision, `$3` record, `$4` the expected revision; takes away the events that are there. */
  readonly updateErasing: string;
  /** As `insert`, and the events for the outbox as `$5`. */
  readonly insertQueueing: string;
  /** As `insertErasing`, and the events for the outbox as `$4`; takes away what is parked there. */
  readonly insertErasingQueueing: string;
  /** As `update`, and the events for the outbox as `$6`. */
  readonly updateQueueing: string;
  /** As `updateErasing`, and the events for the outbox as `$5`; takes away what is parked there. */
  readonly updateErasingQueueing: string;
  /** `$1` user id, `$2` the expected revision. */
  readonly remove: string;
  /** `$1` user id, `$2` before, `$3` limit. */
  readonly events: string;
  /** `$1` after, `$2` limit. */
  readonly scan: string;
}

/**
 * The whole SQL of the store. JSON travels as text both ways: drivers differ in what they make of `jsonb`.
 *
 * In READ COMMITTED an `UPDATE` or `DELETE` that waited for another one looks at its condition again, against the row as
 * that one left it; an `INSERT` that waited for another one of the same key does nothing. So of racing swaps one
 * changes a row, and the events go in only where `changed` holds one. Stricter isolation rolls the losers back instead.
 */
export function statements({ record, event }: Tables, outbox: string): Statements {
  const inserted = `changed AS (
      INSERT INTO ${record} (user_id, revision, record) VALUES ($1, $2, $3::text::jsonb)
      ON CONFLICT (user_id) DO NOTHING
      RETURNING user_id
    )`;
  const updated = `changed AS (
      UPDATE ${record} SET revision = $2, record = $3::text::jsonb WHERE user_id = $1 AND revision = $4
      RETURNING user_id
    )`;
  const removed = `changed AS (
      DELETE FROM ${record} WHERE user_id = $1 AND revision = $2
      RETURNING user_id
    )`;
  const logged = (events: '$4' | '$5'): string => `logged AS (
      INSERT INTO ${event} (user_id, seq, at, event)
      SELECT changed.user_id, (e.event ->> 'seq')::bigint, to_timestamp((e.event ->> 'at')::float8 / 1000), e.event
      FROM changed, jsonb_array_elements(${events}::text::jsonb) AS e(event)
      RETURNING user_id
    )`;
  const erased = `erased AS (
      DELETE FROM ${event} WHERE user_id = $1 AND EXISTS (SELECT 1 FROM changed)
      RETURNING user_id
    )`;
  const queued = (events: '$4' | '$5' | '$6'): string => `queued AS (
      INSERT INTO ${outbox} (user_id, event)
      SELECT changed.user_id, e.event FROM changed, jsonb_array_elements(${events}::text::jsonb) AS e(event)
      RETURNING user_id
    )`;
  const unparked = `unparked AS (
      DELETE FROM ${outbox} WHERE due = 'infinity' AND user_id = $1 AND EXISTS (SELECT 1 FROM changed)
      RETURNING user_id
    )`;
  return {
    read: `SELECT revision, record::text AS record FROM ${record} WHERE user_id = $1`,
    insert: swap(inserted, logged('$4')),
    insertErasing: swap(inserted, erased),
    update: swap(updated, logged('$5')),
    updateErasing: swap(updated, erased),
    insertQueueing: swap(inserted, logged('$4'), queued('$5')),
    insertErasingQueueing: swap(inserted, erased, unparked, queued('$4')),
    updateQueueing: swap(updated, logged('$5'), queued('$6')),
    updateErasingQueueing: swap(updated, erased, unparked, queued('$5')),
    remove: swap(removed, erased),
    events: `SELECT event::text AS event FROM ${event} WHERE user_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`,

    // The id as JSON: PGlite strips a byte order mark from the head of a text, and with it a part of an id.
    scan: `SELECT to_jsonb(user_id)::text AS id, revision, record::text AS record FROM ${record}
      WHERE user_id > $1 ORDER BY user_id LIMIT $2`,
  };
}

/** Changes the record, and all else only if that changed a row. */
function swap(change: string, ...consequences: readonly string[]): string {
  return `WITH ${[change, ...consequences].join(', ')}
    SELECT user_id FROM changed`;
}
