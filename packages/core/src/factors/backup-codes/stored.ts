/** Stored: a set of backup codes in the record. */
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

/** Checks a {@link BackupCodeSet}. */
export const backupCodeSet: z.ZodType<BackupCodeSet> = z.strictObject({
  kind: z.literal(BACKUP_CODE),
  id: z.string().length(22),
  // The floor is OWASP's minimum: a weaker set was not written by this library. The ceiling bounds a forged cost.
  memoryKiB: z.int().min(19_456).max(1_048_576),
  passes: z.int().min(2).max(64),
  parallelism: z.int().min(1).max(64),
  remaining: count.max(100),
  secret: sealed,
});
