-- The table of @mfakit/mysql, as `migrate()` creates it. Run it in the database that `mysqlStore` is given:
--   mysql auth < schema.sql

-- A user's record is the row with `seq` 0, their events are the rows above it: so one statement writes both or none.
-- With the option `outbox`, rows with a negative `seq` are events that someone must be told, due at a negative `at`.
-- Everything that is text is bytes: VARBINARY neither pads nor folds, and no character set can change what is stored.
-- `at` is an event's instant in milliseconds; the record has none. `body` is JSON.
-- `enabled` and `locked_until` (in UTC) follow the record. A lock that only `unlock` ends lasts until the year 9999.
-- The index serves `pruneEvents`, and `scan`: its head, where `at` is NULL, holds the records alone, by user.
CREATE TABLE IF NOT EXISTS mfa_entry (
  user_id VARBINARY(255) NOT NULL,
  seq BIGINT NOT NULL,
  revision VARBINARY(32),
  at BIGINT,
  body LONGBLOB NOT NULL,
  enabled BOOLEAN GENERATED ALWAYS AS (JSON_LENGTH(CONVERT(body USING utf8mb4), '$.factors') > 0) VIRTUAL,
  locked_until DATETIME(3) GENERATED ALWAYS AS (TIMESTAMPADD(MICROSECOND, 1000 * LEAST(
    CAST(JSON_VALUE(CONVERT(body USING utf8mb4), '$.lockout.lockedUntil') AS SIGNED), 253402300799000
  ), '1970-01-01')) VIRTUAL,
  PRIMARY KEY (user_id, seq),
  INDEX mfa_entry_at (at, user_id)
) ENGINE = InnoDB;
