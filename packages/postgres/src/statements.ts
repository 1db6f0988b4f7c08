/** The whole SQL of the store: one statement for each thing that is asked of it. */
import { instant, swapStatements, type SwapStatements } from './swap-statements.ts';
import type { Tables } from './tables.ts';

/** The statements by what they do. */
export interface Statements extends SwapStatements {
  /** `$1` user id. */
  readonly read: string;
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

/** The whole SQL of the store. JSON travels as text both ways: drivers differ in what they make of `json`. */
export function statements(tables: Tables, outbox: string): Statements {
  const { record, event } = tables;
  // The id as JSON: PGlite strips a byte order mark from the head of a text, and with it a part of an id.
  const scanned = 'to_jsonb(user_id)::text AS id, revision, record::text AS record';
  return {
    read: `SELECT revision, record::text AS record FROM ${record} WHERE user_id = $1`,
    ...swapStatements(tables, outbox),
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
