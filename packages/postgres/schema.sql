-- The tables of @mfakit/postgres, as `migrate()` creates them. Run it in the schema that `postgresStore` is given:
--   PGOPTIONS='-c search_path=auth' psql -v ON_ERROR_STOP=1 -f schema.sql

-- One row per user. `record` is all that is known of the user; `revision` changes with it.
-- COLLATE "C": ids are compared byte by byte, and an update of the system's locales cannot damage the index.
-- No index covers a column that a sign-in changes, and each page keeps room for a new version of a row: updates stay HOT.
-- `enabled` and `locked_until` are written with `record`. A lock that only `unlock` ends lasts until 'infinity'.
-- What a sign-in leaves as it is comes first: of an update, the write-ahead log gets what lies between the first and the last
-- byte that changed. So `record` is `json`, which keeps its order, and begins with what is long and seldom changes.
CREATE TABLE IF NOT EXISTS mfa_record (
  user_id text COLLATE "C" NOT NULL PRIMARY KEY,
  enabled boolean NOT NULL,
  locked_until timestamptz,
  record json NOT NULL,
  revision text NOT NULL
) WITH (fillfactor = 70);

-- What `list` and `stats` find a user by: tags, which many users share, and the instants of locks and deadlines. Changes
-- of factors, keys, locks and deadlines change them, an ordinary sign-in none: it stays HOT. '': not known, the record is
-- read.
ALTER TABLE mfa_record
  ADD COLUMN IF NOT EXISTS marks text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN IF NOT EXISTS overdue_from timestamptz;

-- For pages of lists; for the count of everyone, 7 MB for a million users; and for whoever has a lock or a deadline.
CREATE INDEX IF NOT EXISTS mfa_record_marks ON mfa_record (marks, user_id, locked_until, overdue_from);

CREATE INDEX IF NOT EXISTS mfa_record_count ON mfa_record (marks);

CREATE INDEX IF NOT EXISTS mfa_record_due ON mfa_record (marks, locked_until, overdue_from)
  WHERE locked_until IS NOT NULL OR overdue_from IS NOT NULL;

-- Append-only: written with the record, removed with it, and by `pruneEvents`.
CREATE TABLE IF NOT EXISTS mfa_event (
  user_id text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  at timestamptz NOT NULL,
  event json NOT NULL,
  PRIMARY KEY (user_id, seq)
);

-- For `pruneEvents` alone.
CREATE INDEX IF NOT EXISTS mfa_event_at ON mfa_event (at ASC);
