/** What a source makes of its rows: users to import, and skipped rows with their reasons. */
import type { ImportedUser } from '@mfakit/core';

/** Why a row was not imported. */
export type SkipReason =
  /** The source had the second factor switched off. */
  | 'disabled'
  /** The set-up was never finished at the source. */
  | 'unconfirmed'
  /** Counts sign-ins instead of time. */
  | 'hotp'
  /** Counts time from another start than 1970. */
  | 't0'
  /** The ciphertext does not open with the given keys for this user. */
  | 'unreadable'
  /** The row has not the shape of its source. */
  | 'malformed'
  /** The secret has fewer than 80 bits. */
  | 'too_short'
  | 'too_many_factors'
  /** Digits, period, algorithm or a kind of factor that cannot be held here. */
  | 'unsupported_parameters'
  /** The user came before, in an earlier document of this run. */
  | 'duplicate_user'
  /** The caller asked to leave this user out. */
  | 'excepted';

/** A row that was not imported. Names the row by its key; nothing of its content is in it. */
export interface SkippedRow {
  /** `null` if the row does not tell. */
  readonly userId: string | null;
  readonly reason: SkipReason;
  /** Table and key, such as `users/17`, or `users[3]` if the key itself is malformed. */
  readonly row: string;
}

/** Backup codes that only the source can check, since it hashed them with a key or a pepper. The user must make new ones. */
export type SourceWarning = 'codes_unusable';

/** A user as read from the rows of a source. */
export interface ReadUser extends ImportedUser {
  readonly warnings?: readonly SourceWarning[];
}

/** What a source yields. */
export type ReadRow = ReadUser | SkippedRow;

/** Whether a row was skipped by its source. */
export function isSkipped(row: ReadRow): row is SkippedRow {
  return 'reason' in row;
}
