-- The tables of the application. Those of mfakit are in node_modules/@mfakit/d1/schema.sql.
CREATE TABLE IF NOT EXISTS account (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  seen_seq INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE IF NOT EXISTS session (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  signed_in_at INTEGER NOT NULL,
  auth_time INTEGER
) STRICT;
