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
      WHERE current.user_id = ? AND current.seq = 0 AND current.revision = ?`,

    // The table under its own name is what it deletes from: an alias would need a database that the connection uses.
    removeOrphans: `DELETE ${table} FROM ${table}
      LEFT JOIN ${table} AS record ON record.user_id = ${table}.user_id AND record.seq = 0
      WHERE ${table}.user_id = ? AND ${table}.seq > 0 AND record.user_id IS NULL`,

    removeBlanks: `DELETE FROM ${table} WHERE user_id = ? AND seq > 0 AND body = 'null'`,

    remove: `DELETE ${table} FROM ${table} JOIN ${table} AS current ON current.user_id = ${table}.user_id
      WHERE current.user_id = ? AND current.seq = 0 AND current.revision = ?`,

    // A bound LIMIT is refused by some servers if a driver sends it as a number, by others if as text.
    events: (limit) => `SELECT body FROM ${table}
      WHERE user_id = ? AND seq > 0 AND seq < ? AND body <> 'null' ORDER BY seq DESC LIMIT ${limit}`,

    scan: (limit) => `SELECT user_id, revision, body FROM ${table}
      WHERE at IS NULL AND user_id > ? AND seq = 0 ORDER BY user_id LIMIT ${limit}`,
  };
}
