/** Stored: backup codes in the record, as a set in force and as codes that wait. */
import * as z from 'zod';
import { count, sealed } from '../../record/fields.ts';
import type { SealedSecret } from '../stored.ts';

/** `kind` in the record, `method` in events and results. */
export const BACKUP_CODE = 'backup_code';

/** An unspent set of backup codes. */
export interface BackupCodeSet extends SealedSecret {
  readonly kind: typeof BACKUP_CODE;
  /** 16 random bytes, base64url. Names the set, and salts its digests. */
  readonly id: string;
  readonly memoryKiB: number;
  readonly passes: number;
  readonly parallelism: number;
  /** How many codes are unspent. */
  readonly remaining: number;
  /** The Argon2id digests of the unspent codes, 32 bytes each, one after the other; sealed. */
  readonly secret: string;
}

/** Drawn codes of a setup that waits: shown, and not hashed before their factor is confirmed. */
export interface PendingBackupCodes extends SealedSecret {
  readonly kind: typeof BACKUP_CODE;
  /** 16 random bytes, base64url. Becomes the id of the set, and salts its digests. */
  readonly id: string;
  /** The codes themselves, normalized and joined by spaces; sealed. */
  readonly secret: string;
}

const setId = z.string().length(22);

/** Checks {@link PendingBackupCodes}. */
export const pendingBackupCodes: z.ZodType<PendingBackupCodes> = z.strictObject({
  kind: z.literal(BACKUP_CODE),
  id: setId,
  secret: sealed,
});

/** Checks a {@link BackupCodeSet}. */
export const backupCodeSet: z.ZodType<BackupCodeSet> = z.strictObject({
  kind: z.literal(BACKUP_CODE),
  id: setId,
  // The floor is OWASP's minimum: a weaker set was not written by this library. The ceiling bounds a forged cost.
  memoryKiB: z.int().min(19_456).max(1_048_576),
  passes: z.int().min(2).max(64),
  parallelism: z.int().min(1).max(64),
  remaining: count.max(100),
  secret: sealed,
});
