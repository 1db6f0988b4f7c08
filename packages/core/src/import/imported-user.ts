/** ImportedUser: what `importUser` takes over from another system, and what it answers. */
import type { TotpAlgorithm, TotpDigits } from '../factors/totp/stored.ts';

/** A user of another system. */
export interface ImportedUser {
  /** Your id of the user: 1 to 255 bytes of UTF-8. */
  readonly userId: string;
  /** Names the import; 1 to 64 printable characters. A later run under the same name may update what nobody touched. */
  readonly source: string;
  /** 1 to `maxFactors`. */
  readonly factors: readonly ImportedFactor[];
  /** Those that are unspent there. Without it the user has none. */
  readonly backupCodes?: ImportedCodes | undefined;
  /** Requires MFA from this instant on, as `enforce` does, if the user is new here. */
  readonly enforceFrom?: Date | undefined;
}

/** An authenticator app of another system, with the parameters that its codes are made with. */
export interface ImportedFactor {
  /** How the source names it; 1 to 255 characters, unique within user and source. The factor keeps its id while this stays. */
  readonly externalId: string;
  /** The HMAC key itself, 10 to 64 bytes. */
  readonly secret: Uint8Array;
  /** Default `SHA1`. */
  readonly algorithm?: TotpAlgorithm | undefined;
  /** Default 6. */
  readonly digits?: TotpDigits | undefined;
  /** 1 to 120, default 30. */
  readonly periodSeconds?: number | undefined;
  /** As in `setup`. */
  readonly label?: string | undefined;
  /** Default: now. */
  readonly createdAt?: Date | undefined;
  /**
   * The highest time step of which the source accepted a code; -1: it never accepted one. Absent: unknown, and the codes of
   * this very minute are refused.
   */
  readonly lastStep?: number | undefined;
  /** How many steps the source found the clock of the device to be off. More than `windowSteps` is warned of. */
  readonly driftSteps?: number | undefined;
}

/** Backup codes of another system, in the form in which it has them. */
export type ImportedCodes =
  /** In clear, up to 100: they are hashed here. */
  | {
      /** The codes in clear, 1 to 100. */
      readonly codes: readonly string[];
      /**
       * How a typed code becomes the text that the source has. Default: as it is typed, without spaces and dashes.
       */
      readonly form?: CodeForm | undefined;
    }
  /** As digests of a fast hash without a salt, up to 100: they are hashed once more, here. */
  | {
      /** The digests, 1 to 100. */
      readonly prehashed: readonly Uint8Array[];
      /** The hash that made them. */
      readonly prehash: 'sha256' | 'sha512';
      /**
       * How a typed code becomes the text that the source has. Default: as it is typed, without spaces and dashes.
       */
      readonly form?: CodeForm | undefined;
    }
  /**
   * As PHC strings of Argon2id (version 19), or as bcrypt hashes, each with a salt of its own. A wrong code is hashed with
   * every one of them, so there may be 16, and the cost of ten Argon2id of this library twice over. They are good for
   * `importedCodesDays`.
   */
  | {
      /** The hashes as text, 1 to 16. */
      readonly hashes: readonly string[];
      /**
       * How a typed code becomes the text that the source has. Default: as it is typed, without spaces and dashes.
       */
      readonly form?: CodeForm | undefined;
    };

/**
 * How a typed code becomes the text that its source hashed, or printed. Spaces and dashes are dropped first.
 * @example
 * ```ts
 * const form: CodeForm = { letters: 'upper', groups: [4, 4] }; // `abcd 2345` is `ABCD-2345`
 * ```
 */
export interface CodeForm {
  /** Whether letters are kept as they are typed, or taken as capital or small ones. Default `keep`. */
  readonly letters?: 'keep' | 'upper' | 'lower' | undefined;
  /** The lengths of the groups that dashes keep apart. Default: one group of any length. */
  readonly groups?: readonly number[] | undefined;
}

/** What became of an imported user. */
export interface ImportResult {
  /**
   * `imported`: a new user. `updated`: one of the same source whom nobody has touched since. `unchanged`: the row says what
   * it said before. `kept`: the user enrolled, was changed or was forgotten here, or came from elsewhere, and stays as is.
   */
  readonly outcome: 'imported' | 'updated' | 'unchanged' | 'kept';
  /** Factors that the user has now. */
  readonly factors: number;
  /** Backup codes that the user has now. */
  readonly backupCodes: number;
  /** About what was taken over; empty if nothing was. */
  readonly warnings: readonly ImportWarning[];
}

/** What an operator should know about a user who was taken over. */
export type ImportWarning =
  /** A secret of less than 128 bits (RFC 4226 §4 R6): `status` marks the factor as `weak`. */
  | 'short_secret'
  /** Codes in clear of less than 40 bits. */
  | 'weak_codes'
  /** An attempt would cost too much: the user has no codes, and must make new ones. */
  | 'codes_dropped_cost'
  /** More codes than a set can hold: the user has none, and must make new ones. */
  | 'codes_dropped_count'
  /** The codes that the app shows in this minute are refused. */
  | 'last_use_unknown'
  /** The clock of a device is further off than codes are accepted. */
  | 'drift';
