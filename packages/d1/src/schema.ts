/** The tables, in SQL. `schema.sql` holds the same statements for those who run their migrations with wrangler. */

/** One row per user. */
export const RECORD_TABLE: string = `\
-- One row per user. BINARY compares user ids byte by byte: no case folding, no trimming.
CREATE TABLE IF NOT EXISTS mfa_record (
  user_id TEXT NOT NULL COLLATE BINARY PRIMARY KEY,
  revision TEXT NOT NULL COLLATE BINARY,
  record TEXT NOT NULL,
  -- For operators; computed when read. locked_until is epoch milliseconds, 8640000000000000 stands for "until unlock".
  enabled INTEGER NOT NULL GENERATED ALWAYS AS (json_array_length(record, '$.factors') > 0) VIRTUAL,
  locked_until INTEGER GENERATED ALWAYS AS (CAST(record ->> '$.lockout.lockedUntil' AS INTEGER)) VIRTUAL
) STRICT, WITHOUT ROWID;
`;

/** One row per event. */
export const EVENT_TABLE: string = `\
-- Append-only. Rows lie in the order of the key, so a page of one user's history is one range.
CREATE TABLE IF NOT EXISTS mfa_event (
  user_id TEXT NOT NULL COLLATE BINARY,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (user_id, seq)
) STRICT, WITHOUT ROWID;
`;
