-- The table of the outbox, as `migrate(database, { outbox: true })` creates it beside those of schema.sql. Only stores with
-- the option `outbox` need it.

-- One row per event that someone must be told of: written in the transaction that stores the event, removed once it was
-- told. due: epoch milliseconds when it may be claimed; a lease moves it on, 9e999 parks it. AUTOINCREMENT: no id comes twice.
CREATE TABLE IF NOT EXISTS mfa_outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id TEXT NOT NULL COLLATE BINARY,
  event TEXT NOT NULL,
  due REAL NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX IF NOT EXISTS mfa_outbox_due ON mfa_outbox (due, id);
