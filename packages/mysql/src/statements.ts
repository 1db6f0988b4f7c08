/** The whole SQL of the store: one statement for each thing that is asked of it. */

/** The statements by what they do, with what is bound to their `?`. */
export interface Statements {
  /** User id. */
  readonly read: string;
  /** User id, revision, record; then user id, seq, at, text of each event. */
  readonly insert: (events: number) => string;
  /** The seq of each event, the instant of each, the text of each; user id, expected revision; revision, record. */
  readonly update: (events: number) => string;
  /** Revision, record; user id, expected revision. Blanks the events. */
  readonly updateErasing: string;
  /** User id, seq of each row. Rows for entries of the outbox, blank as yet. */
  readonly insertBlanks: (rows: number) => string;
  /**
   * Revision; seq and at of each blank row; record; seq and body of each; seq of each; user id, expected revision. As
   * `updateErasing`, and makes entries of the blank rows, if all of them are there. Blanks what is parked.
   */
  readonly updateErasingQueueing: (rows: number) => string;
  /** User id. Removes the events that no record stands above. */
  readonly removeOrphans: string;
  /** User id. Removes what `updateErasing` has blanked. */
  readonly removeBlanks: string;
  /** User id, expected revision. */
  readonly remove: string;
  /** User id, before. */
  readonly events: (limit: number) => string;
  /** After. */
  readonly scan: (limit: number) => string;
}

/**
 * The whole SQL of the store, within what MySQL 8 and MariaDB 10.6 have in common.
 *
 * Each is a transaction of its own, so it needs no other to be whole. `update` locks the record's row and looks at its
 * revision as the transaction before left it; only if that is the expected one there are rows to insert. The first of them
 * meets the record itself, which becomes the next one. One that meets an event would have to move to the record's place:
 * it fails there as a duplicate, and the whole statement with it. Columns in the branches give the values their types.
 */
export function statements(table: string): Statements {
  return {
    read: `SELECT revision, body FROM ${table} WHERE user_id = ? AND seq = 0`,

    insert: (events) => `INSERT INTO ${table} (user_id, seq, revision, at, body)
      VALUES (?, 0, ?, NULL, ?)${', (?, ?, NULL, ?, ?)'.repeat(events)}`,

    update: (events) => {
      const numbers = Array.from({ length: events }, (_, index) => index + 1);
      const each = (column: string): string =>
        `CASE added.n WHEN 0 THEN current.${column} ${numbers.map((n) => `WHEN ${n} THEN ?`).join(' ')} END`;
      return `INSERT INTO ${table} (user_id, seq, at, body)
        SELECT current.user_id, ${each('seq')}, ${each('at')}, ${each('body')}
        FROM ${table} AS current
        JOIN (SELECT 0 AS n ${numbers.map((n) => `UNION ALL SELECT ${n}`).join(' ')}) AS added
        WHERE current.user_id = ? AND current.seq = 0 AND current.revision = ?
        FOR UPDATE
        ON DUPLICATE KEY UPDATE seq = 0, revision = ?, body = ?`;
    },

    // A statement that updates deletes nothing: events become `null` from before all time, and are no events any more.
    updateErasing: `UPDATE ${table} AS current JOIN ${table} AS each_row ON each_row.user_id = current.user_id
      SET each_row.revision = IF(each_row.seq = 0, ?, NULL), each_row.at = IF(each_row.seq = 0, NULL, 0),
        each_row.body = IF(each_row.seq = 0, ?, 'null')
      WHERE current.user_id = ? AND current.seq = 0 AND current.revision = ? AND each_row.seq >= 0`,

    insertBlanks: (rows) =>
      `INSERT INTO ${table} (user_id, seq, revision, at, body) VALUES ${Array(rows).fill(`(?, ?, NULL, 0, 'null')`).join(', ')}`,

    // A statement that updates inserts nothing either: it makes entries of rows that were put there before, and are nothing
    // until then. From -1 on: what is parked, and the blank rows. Entries that wait stand below.
    updateErasingQueueing: (rows) => {
      const each = (text: (row: number) => string): string =>
        Array.from({ length: rows }, (_, row) => text(row)).join(' ');
      return `UPDATE ${table} AS current
        ${each((row) => `JOIN ${table} AS blank_${row} ON blank_${row}.user_id = current.user_id AND blank_${row}.body = 'null'`)}
        JOIN ${table} AS each_row ON each_row.user_id = current.user_id
        SET each_row.revision = IF(each_row.seq = 0, ?, NULL),
          each_row.at = CASE each_row.seq WHEN 0 THEN NULL ${each(() => 'WHEN ? THEN ?')} ELSE 0 END,
          each_row.body = CASE each_row.seq WHEN 0 THEN ? ${each(() => 'WHEN ? THEN ?')} ELSE 'null' END
        WHERE ${each((row) => `blank_${row}.seq = ? AND`)}
          current.user_id = ? AND current.seq = 0 AND current.revision = ? AND (each_row.seq >= 0 OR each_row.at >= -1)`;
    },

    // The table under its own name is what it deletes from: an alias would need a database that the connection uses.
    removeOrphans: `DELETE ${table} FROM ${table}
      LEFT JOIN ${table} AS record ON record.user_id = ${table}.user_id AND record.seq = 0
      WHERE ${table}.user_id = ? AND ${table}.seq > 0 AND record.user_id IS NULL`,

    removeBlanks: `DELETE FROM ${table} WHERE user_id = ? AND seq <> 0 AND body = 'null'`,

    remove: `DELETE ${table} FROM ${table} JOIN ${table} AS current ON current.user_id = ${table}.user_id
      WHERE current.user_id = ? AND current.seq = 0 AND current.revision = ? AND ${table}.seq >= 0`,

    // A bound LIMIT is refused by some servers if a driver sends it as a number, by others if as text.
    events: (limit) => `SELECT body FROM ${table}
      WHERE user_id = ? AND seq > 0 AND seq < ? AND body <> 'null' ORDER BY seq DESC LIMIT ${limit}`,

    scan: (limit) => `SELECT user_id, revision, body FROM ${table}
      WHERE at IS NULL AND user_id > ? AND seq = 0 ORDER BY user_id LIMIT ${limit}`,
  };
}

/** A limit, as it stands in the text of a statement. @throws {RangeError} if it is no whole number from 1 */
export function whole(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError('limit must be a whole number from 1.');
  return limit;
}
