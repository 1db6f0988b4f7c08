-- The table of the outbox of @mfakit/postgres, as `migrate(pool, { outbox: true })` creates it beside those of schema.sql.
-- Only stores with the option `outbox` need it.

-- One row per event that someone must be told of: written by the statement that stores the event, removed once it was told.
-- `due`: when it may be claimed; a lease moves it on, 'infinity' parks it. No order of `id` is relied on: of two commits the
-- one with the lower number may be seen later.
CREATE TABLE IF NOT EXISTS mfa_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL,
  event jsonb NOT NULL,
  due timestamptz NOT NULL DEFAULT now(),
  tries integer NOT NULL DEFAULT 0,
  error text NOT NULL DEFAULT ''
);

CREATE INDEX IF NOT EXISTS mfa_outbox_due ON mfa_outbox (due ASC, id ASC);
