/** The whole SQL of the store: one statement for each thing that is asked of it. */
import type { Tables } from './tables.ts';

/** The statements by what they do. */
export interface Statements {
  /** `$1` user id. */
  readonly read: string;
  /** `$1` user id, `$2` revision, `$3` record, `$4` marks, `$5` overdue from, `$6` events. */
  readonly insert: string;
  /** `$1` to `$5` as `insert`; takes away the events that are there. */
  readonly insertErasing: string;
  /** `$1` to `$5` as `insert`, `$6` the expected revision, `$7` events. */
  readonly update: string;
  /** `$1` to `$6` as `update`; takes away the events that are there. */
  readonly updateErasing: string;
  /** As `insert`, and the events for the outbox as `$7`. */
  readonly insertQueueing: string;
  /** As `insertErasing`, and the events for the outbox as `$6`; takes away what is parked there. */
  readonly insertErasingQueueing: string;
  /** As `update`, and the events for the outbox as `$8`. */
  readonly updateQueueing: string;
  /** As `updateErasing`, and the events for the outbox as `$7`; takes away what is parked there. */
  readonly updateErasingQueueing: string;
  /** `$1` user id, `$2` the expected revision. */
  readonly remove: string;
  /** `$1` user id, `$2` before, `$3` limit. */
  readonly events: string;
  /** `$1` after, `$2` limit. */
  readonly scan: string;
  /** `$1` after, `$2` limit, `$3` a tag between spaces, `$4` locked at, `$5` overdue at; each of the last two may be null. */
  readonly scanMarked: string;
  /** `$1` after, `$2` limit. */
  readonly scanUnmarked: string;
  /** `$1` the instant. */
  readonly countMarks: string;
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
      INSERT INTO ${record} (user_id, revision, record, marks, overdue_from)
      VALUES ($1, $2, $3::text::jsonb, $4, ${instant('$5')})
      ON CONFLICT (user_id) DO NOTHING
      RETURNING user_id
    )`;
  const updated = `changed AS (
      UPDATE ${record} 
      SET revision = $2, record = $3::text::jsonb, marks = $4, overdue_from = ${instant('$5')}
      WHERE user_id = $1 AND revision = $6
      RETURNING user_id
    )`;
  const removed = `changed AS (
      DELETE FROM ${record} WHERE user_id = $1 AND revision = $2
      RETURNING user_id
    )`;
  const logged = (events: '$6' | '$7'): string => `logged AS (
      INSERT INTO ${event} (user_id, seq, at, event)
      SELECT changed.user_id, (e.event ->> 'seq')::bigint, to_timestamp((e.event ->> 'at')::float8 / 1000), e.event
      FROM changed, jsonb_array_elements(${events}::text::jsonb) AS e(event)
      RETURNING user_id
    )`;
  const erased = `erased AS (
      DELETE FROM ${event} WHERE user_id = $1 AND EXISTS (SELECT 1 FROM changed)
      RETURNING user_id
    )`;
  const queued = (events: '$6' | '$7' | '$8'): string => `queued AS (
      INSERT INTO ${outbox} (user_id, event)
      SELECT changed.user_id, e.event FROM changed, jsonb_array_elements(${events}::text::jsonb) AS e(event)
      RETURNING user_id
    )`;
  const unparked = `unparked AS (
      DELETE FROM ${outbox} WHERE due = 'infinity' AND user_id = $1 AND EXISTS (SELECT 1 FROM changed)
      RETURNING user_id
    )`;
  // The id as JSON: PGlite strips a byte order mark from the head of a text, and with it a part of an id.
  const scanned = 'to_jsonb(user_id)::text AS id, revision, record::text AS record';
  return {
    read: `SELECT revision, record::text AS record FROM ${record} WHERE user_id = $1`,
    insert: swap(inserted, logged('$6')),
    insertErasing: swap(inserted, erased),
    update: swap(updated, logged('$7')),
    updateErasing: swap(updated, erased),
    insertQueueing: swap(inserted, logged('$6'), queued('$7')),
    insertErasingQueueing: swap(inserted, erased, unparked, queued('$6')),
    updateQueueing: swap(updated, logged('$7'), queued('$8')),
    updateErasingQueueing: swap(updated, erased, unparked, queued('$7')),
    remove: swap(removed, erased),
    events: `SELECT event::text AS event FROM ${event} WHERE user_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`,

    scan: `SELECT ${scanned} FROM ${record} WHERE user_id > $1 ORDER BY user_id LIMIT $2`,

    // The index holds many users under few marks. It is entered once for each marks there are, to find them, and once for
    // each that fit: so a page costs what is on it, however many users there are.
    scanMarked: `WITH RECURSIVE every (marks) AS (
        (SELECT marks FROM ${record} ORDER BY marks LIMIT 1)
        UNION ALL
        SELECT (SELECT r.marks FROM ${record} r WHERE r.marks > every.marks ORDER BY r.marks LIMIT 1)
        FROM every WHERE every.marks IS NOT NULL
      ), page AS (
        SELECT found.user_id FROM every CROSS JOIN LATERAL (
          SELECT r.user_id FROM ${record} r
          WHERE r.marks = every.marks AND r.user_id > $1 AND (r.marks = '' OR (
            ($4::float8 IS NULL OR r.locked_until > ${instant('$4')})
            AND ($5::float8 IS NULL OR r.overdue_from <= ${instant('$5')})
          ))
          ORDER BY r.user_id LIMIT $2
        ) found
        WHERE every.marks = '' OR position($3::text IN every.marks) > 0
        ORDER BY user_id LIMIT $2
      )
      SELECT ${scanned} FROM ${record} JOIN page USING (user_id) ORDER BY user_id`,
    scanUnmarked: `SELECT ${scanned} FROM ${record} WHERE marks = '' AND user_id > $1 ORDER BY user_id LIMIT $2`,
    // Only the few who have an instant are asked for it: the others are no more than counted.
    countMarks: `WITH every AS (
        SELECT marks, count(*) AS users FROM ${record} GROUP BY marks
      ), due AS (
        SELECT marks,
          count(*) FILTER (WHERE locked_until > ${instant('$1')}) AS locked,
          count(*) FILTER (WHERE locked_until = 'infinity') AS locked_until_unlock,
          count(*) FILTER (WHERE overdue_from <= ${instant('$1')}) AS overdue
        FROM ${record} WHERE locked_until IS NOT NULL OR overdue_from IS NOT NULL GROUP BY marks
      )
      SELECT marks, users::text AS users, coalesce(locked, 0)::text AS locked,
        coalesce(locked_until_unlock, 0)::text AS locked_until_unlock, coalesce(overdue, 0)::text AS overdue
      FROM every LEFT JOIN due USING (marks)`,
  };
}

/** Epoch milliseconds as `timestamptz`. */
function instant(milliseconds: `$${number}`): string {
  return `to_timestamp(${milliseconds}::float8 / 1000)`;
}

/** Changes the record, and all else only if that changed a row. */
function swap(change: string, ...consequences: readonly string[]): string {
  return `WITH ${[change, ...consequences].join(', ')}
    SELECT user_id FROM changed`;
}
