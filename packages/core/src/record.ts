/** MfaRecord: everything that is known of one user, as one small versioned document. */
import * as z from 'zod';
import { MfaError } from './errors.ts';

/** HMAC algorithm of a TOTP factor, named as in the Key URI format. */
export type TotpAlgorithm = 'SHA1' | 'SHA256' | 'SHA512';

/** Number of digits of a TOTP code. */
export type TotpDigits = 6 | 7 | 8;

/** A TOTP secret and the parameters that it was enrolled with. */
export interface TotpSecret {
  readonly kind: 'totp';
  /** Random, unique within the user. */
  readonly id: string;
  /** The user's own name for it. */
  readonly label: string;
  /** Sealed: see `crypto/sealer.ts`. */
  readonly secret: string;
  readonly algorithm: TotpAlgorithm;
  readonly digits: TotpDigits;
  readonly periodSeconds: number;
  readonly createdAt: number;
}

/** An active TOTP factor. */
export interface TotpFactor extends TotpSecret {
  /** The highest time step that ever succeeded. Only grows (RFC 6238 §5.2). */
  readonly lastStep: number;
  readonly lastUsedAt: number;
}

/** An unspent set of backup codes. */
export interface BackupCodeSet {
  /** 16 bytes, base64url. */
  readonly salt: string;
  readonly memoryKiB: number;
  readonly passes: number;
  readonly parallelism: number;
  /** How many digests `digests` holds. */
  readonly remaining: number;
  /** The Argon2id digests of the unspent codes, 32 bytes each, one after the other; sealed. */
  readonly digests: string;
}

/** A setup that waits for its first code, beside what is active. */
export interface PendingSetup {
  readonly factor: TotpSecret;
  /** Comes into force with the factor; `null` where a factor was active already: its codes stay. */
  readonly backupCodes: BackupCodeSet | null;
  readonly expiresAt: number;
  /** Wrong codes so far. */
  readonly failures: number;
}

/** Consecutive failures, over every factor and the password. */
export interface Lockout {
  readonly failures: number;
  /** How many of them were, or may have been, wrong passwords. */
  readonly passwordFailures: number;
  /** Locked before this instant; `null`: not locked. {@link UNTIL_UNLOCK}: until `unlock`. */
  readonly lockedUntil: number | null;
  /** Grows whenever failures are cleared: an attempt charged in an earlier streak knows that its charge is gone. */
  readonly streak: number;
}

/** A challenge token that has succeeded, remembered until it has expired on every server. */
export interface SpentChallenge {
  readonly id: string;
  readonly expiresAt: number;
}

/**
 * Everything that is known of one user. All instants are epoch milliseconds (UTC).
 * Its size does not grow with use: there is nothing to purge.
 */
export interface MfaRecord {
  readonly schema: 1;
  /** Grows with every change of factors, `reset`, and the first `enforce`: challenge tokens of an older epoch are void. */
  readonly epoch: number;
  readonly factors: readonly TotpFactor[];
  readonly pending: PendingSetup | null;
  /** `null` exactly where `factors` is empty. */
  readonly backupCodes: BackupCodeSet | null;
  readonly lockout: Lockout;
  /** MFA is required from this instant on. */
  readonly enforcement: { readonly from: number } | null;
  readonly spentChallenges: readonly SpentChallenge[];
  /** `seq` of the user's newest event. */
  readonly lastEventSeq: number;
}

/** The last instant that a `Date` can hold (ECMA-262 §21.4.1.1): stands for "until `unlock`". */
export const UNTIL_UNLOCK = 8.64e15;

/** The record of a user of whom nothing is stored. */
export const EMPTY_RECORD: MfaRecord = {
  schema: 1,
  epoch: 0,
  factors: [],
  pending: null,
  backupCodes: null,
  lockout: { failures: 0, passwordFailures: 0, lockedUntil: null, streak: 0 },
  enforcement: null,
  spentChallenges: [],
  lastEventSeq: 0,
};

const count = z.int().nonnegative();
const instant = z.number().min(-UNTIL_UNLOCK).max(UNTIL_UNLOCK);
const text = z.string().min(1).max(255);
const sealed = z.string().min(1).max(8192);

const totpSecretShape = {
  kind: z.literal('totp'),
  id: text,
  label: text,
  secret: sealed,
  algorithm: z.enum(['SHA1', 'SHA256', 'SHA512']),
  digits: z.literal([6, 7, 8]),
  periodSeconds: z.int().min(1).max(120),
  createdAt: instant,
};

const backupCodeSet = z.strictObject({
  salt: z.string().length(22),
  // The floor is OWASP's minimum: a weaker set was not written by this library. The ceiling bounds a forged cost.
  memoryKiB: z.int().min(19_456).max(1_048_576),
  passes: z.int().min(2).max(64),
  parallelism: z.int().min(1).max(64),
  remaining: count.max(100),
  digests: sealed,
});

const schema: z.ZodType<MfaRecord> = z
  .strictObject({
    schema: z.literal(1),
    epoch: count,
    factors: z.array(z.strictObject({ ...totpSecretShape, lastStep: z.int(), lastUsedAt: instant })),
    pending: z
      .strictObject({
        factor: z.strictObject(totpSecretShape),
        backupCodes: backupCodeSet.nullable(),
        expiresAt: instant,
        failures: count,
      })
      .nullable(),
    backupCodes: backupCodeSet.nullable(),
    lockout: z.strictObject({
      failures: count,
      passwordFailures: count,
      lockedUntil: instant.nullable(),
      streak: count,
    }),
    enforcement: z.strictObject({ from: instant }).nullable(),
    spentChallenges: z.array(z.strictObject({ id: text, expiresAt: instant })),
    lastEventSeq: count,
  })
  .refine((record) => (record.backupCodes === null) === (record.factors.length === 0));

/**
 * Checks a record that came from a store.
 * @throws {MfaError} `store_unavailable` where it is damaged or written by a newer release
 */
export function parseRecord(stored: unknown): MfaRecord {
  const parsed = schema.safeParse(stored);
  if (parsed.success) return parsed.data;
  const newer = typeof stored === 'object' && stored !== null && 'schema' in stored && stored.schema !== 1;
  throw new MfaError('store_unavailable', {
    message: newer
      ? 'The stored record has a schema that this release does not know.'
      : `The stored record is damaged at ${parsed.error.issues[0]?.path.join('.') ?? 'its root'}.`,
  });
}
