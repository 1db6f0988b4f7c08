/** The tables by their quoted names, and the statements that create them. */

/** A thing that `migrate` creates. */
export interface SchemaObject {
  /** The relation by its plain name. */
  readonly name: string;
  /** If it is only a column of that relation: the last one that `create` adds. */
  readonly column?: string;
  readonly create: string;
}

/** The tables of one schema, as SQL writes them. */
export interface Tables {
  readonly record: string;
  readonly event: string;
}

/** PostgreSQL cuts longer names off. */
const MAX_NAME_BYTES = 63;

/**
 * The quoted names in a schema.
 * @throws {TypeError} where the name is not a string
 * @throws {RangeError} where it is empty, longer than 63 bytes, or holds NUL
 */
export function tablesIn(schema: string): Tables {
  return { record: `${quoted(schema)}.mfa_record`, event: `${quoted(schema)}.mfa_event` };
}

/** @throws as {@link tablesIn} */
export function quoted(schema: string): string {
  if (typeof schema !== 'string') throw new TypeError('schema must be a string.');
  const bytes = new TextEncoder().encode(schema).length;
  if (bytes < 1 || bytes > MAX_NAME_BYTES || schema.includes('\0')) {
    throw new RangeError(`schema must be 1 to ${MAX_NAME_BYTES} bytes without NUL.`);
  }
  return `"${schema.replaceAll('"', '""')}"`;
}

/**
 * What `schema.sql` creates, in order. Why it is as it is, is said there.
 * @param tables - their names: quoted with their schema, or plain
 */
export function schemaObjects({ record, event }: Tables): readonly SchemaObject[] {
  return [
    {
      name: 'mfa_record',
      create: `CREATE TABLE IF NOT EXISTS ${record} (
  user_id text COLLATE "C" NOT NULL PRIMARY KEY,
  enabled boolean NOT NULL,
  locked_until timestamptz,
  record json NOT NULL,
  revision text NOT NULL
) WITH (fillfactor = 70)`,
    },
    {
      name: 'mfa_record',
      column: 'overdue_from',
      create: `ALTER TABLE ${record}
  ADD COLUMN IF NOT EXISTS marks text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN IF NOT EXISTS overdue_from timestamptz`,
    },
    {
      name: 'mfa_record_marks',
      create: `CREATE INDEX IF NOT EXISTS mfa_record_marks ON ${record} (marks, user_id, locked_until, overdue_from)`,
    },
    {
      name: 'mfa_record_count',
      create: `CREATE INDEX IF NOT EXISTS mfa_record_count ON ${record} (marks)`,
    },
    {
      name: 'mfa_record_due',
      create: `CREATE INDEX IF NOT EXISTS mfa_record_due ON ${record} (marks, locked_until, overdue_from)
  WHERE locked_until IS NOT NULL OR overdue_from IS NOT NULL`,
    },
    {
      name: 'mfa_event',
      create: `CREATE TABLE IF NOT EXISTS ${event} (
  user_id text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  at timestamptz NOT NULL,
  event json NOT NULL,
  PRIMARY KEY (user_id, seq)
)`,
    },
    { name: 'mfa_event_at', create: `CREATE INDEX IF NOT EXISTS mfa_event_at ON ${event} (at ASC)` },
  ];
}
