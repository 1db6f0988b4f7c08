/** The table by its quoted name, and the statement that creates it. */

/** MySQL takes no longer names. */
const MAX_NAME_CHARACTERS = 64;

/**
 * The table as SQL writes it.
 * @param database - where it is; `undefined`: the one that the connection uses
 * @throws as {@link quoted}
 */
export function tableIn(database: string | undefined): string {
  return database === undefined ? 'mfa_entry' : `${quoted(database)}.mfa_entry`;
}

/**
 * @throws {TypeError} if the name is not a string
 * @throws {RangeError} if it is empty, longer than 64 characters, ends with a space, or holds NUL or half a character
 */
export function quoted(database: string): string {
  if (typeof database !== 'string') throw new TypeError('database must be a string.');
  if (database.length < 1 || database.length > MAX_NAME_CHARACTERS || /\0| $|\p{Surrogate}/u.test(database)) {
    throw new RangeError(
      `database must be 1 to ${MAX_NAME_CHARACTERS} characters without NUL, and not end with a space.`,
    );
  }
  return `\`${database.replaceAll('`', '``')}\``;
}

/** What `schema.sql` creates. Why it is as it is, is said there. */
export function createTable(table: string): string {
  return `CREATE TABLE IF NOT EXISTS ${table} (
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
) ENGINE = InnoDB`;
}
