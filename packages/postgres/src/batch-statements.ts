/** The statements that carry the commits of many users at once. */
import { eventColumns, instant } from './swap-statements.ts';
import type { Tables } from './tables.ts';

/** Each takes one text, an array of objects with the columns below, and answers with the `n` of those that were carried out. */
export interface BatchStatements {
  /** Of those that have no record. Waits if another transaction has one of the rows under way. */
  readonly insertMany: string;
  /** Of those whose record has the expected revision. Waits for nobody: rows that are locked are left out. */
  readonly updateMany: string;
}

/** `events` is an array in each item. */
const ITEMS = `json_to_recordset($1::text::json) AS item (
      n integer, id text COLLATE "C", expected text, revision text, record json, marks text, overdue_from float8,
      enabled boolean, locked_until float8, events json
    )`;

/**
 * `held` locks what it can get, and `changed` changes that: in between nobody else changes those rows, so it waits for
 * nothing. In READ COMMITTED both look at their condition again, against the row as it is by then.
 */
export function batchStatements({ record, event }: Tables): BatchStatements {
  const logged = `logged AS (
      INSERT INTO ${event} (user_id, seq, at, event)
      SELECT changed.user_id, ${eventColumns} FROM changed, json_array_elements(changed.events) AS e(event)
      RETURNING user_id
    )
    SELECT n FROM changed`;
  return {
    insertMany: `WITH item AS MATERIALIZED (
      SELECT * FROM ${ITEMS}
    ), inserted AS (
      INSERT INTO ${record} (user_id, revision, record, marks, overdue_from, enabled, locked_until)
      SELECT id, revision, record, marks, ${instant('overdue_from')}, enabled, ${instant('locked_until')} FROM item
      ON CONFLICT (user_id) DO NOTHING
      RETURNING user_id
    ), changed AS (
      SELECT user_id, n, events FROM inserted JOIN item ON id = user_id
    ), ${logged}`,
    updateMany: `WITH held AS (
      SELECT item.* FROM ${ITEMS} JOIN ${record} r ON r.user_id = item.id AND r.revision = item.expected
      FOR NO KEY UPDATE OF r SKIP LOCKED
    ), changed AS (
      UPDATE ${record} r
      SET revision = held.revision, record = held.record, marks = held.marks,
        overdue_from = ${instant('held.overdue_from')}, enabled = held.enabled,
        locked_until = ${instant('held.locked_until')}
      FROM held WHERE r.user_id = held.id AND r.revision = held.expected
      RETURNING r.user_id, held.n, held.events
    ), ${logged}`,
  };
}
