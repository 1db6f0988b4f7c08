/** Stored: backup codes in the record, as a set in force and as codes that wait. */
import * as z from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';
import { instant, sealed, storedObject, whole } from '../../record/fields.ts';
import type { SealedSecret } from '../stored.ts';
import { FORM } from './form.ts';

/** `kind` in the record, `method` in events and results. */
export const BACKUP_CODE = 'backup_code';

/** An unspent set of backup codes. */
export interface BackupCodeSet extends SealedSecret {
  readonly kind: typeof BACKUP_CODE;
  /** 16 random bytes, base64url. Names the set, and salts its digests. */
  readonly id: string;
  /** Memory of the Argon2id that hashed the codes, in KiB; 19,456 to 1,048,576. */
  readonly memoryKiB: number;
  /** Its passes over the memory; 2 to 64. */
  readonly passes: number;
  /** Its lanes; 1 to 64. */
  readonly parallelism: number;
  /** How many codes are unspent. */
  readonly remaining: number;
  /** Present in a set that was imported: how a typed code becomes the text that its source hashed, such as `upper:4-4`. */
  readonly form?: string | undefined;
  /** Present if another system hashed the codes: by a fast digest, or each with a salt of its own. */
  readonly hashing?: 'sha256' | 'sha512' | 'list' | undefined;
  /** When a list of hashes ends; then the set counts as empty. */
  readonly until?: number | undefined;
  /**
   * The Argon2id digests of the unspent codes, 32 bytes each, one after the other, or their hashes as lines; sealed. The
   * digests are of the codes' texts, or of what `hashing` made of them.
   */
  readonly secret: string;
}

/** How many codes of a set are good at this instant. */
export function codesLeft(set: BackupCodeSet | null, now: number): number {
  return set === null || hasEnded(set, now) ? 0 : set.remaining;
}

/** Whether a set has ended, and counts as empty. */
export function hasEnded({ until }: BackupCodeSet, now: number): boolean {
  return until !== undefined && now >= until;
}

/** Whether codes of another system are in use: the user should make new ones. */
export function hasImportedCodes(set: BackupCodeSet | null, now: number): boolean {
  return set?.form !== undefined && codesLeft(set, now) > 0;
}

/** Drawn codes of a setup that waits: shown, and not hashed before their factor is confirmed. */
export interface PendingBackupCodes extends SealedSecret {
  readonly kind: typeof BACKUP_CODE;
  /** 16 random bytes, base64url. Becomes the id of the set, and salts its digests. */
  readonly id: string;
  /** The codes themselves, normalized and joined by spaces; sealed. */
  readonly secret: string;
}

/** The most codes in a set. */
export const MOST_CODES = 100;

const setId = z.string().check(z.length(22));

/** Checks {@link PendingBackupCodes}. */
export const pendingBackupCodes: $ZodType<PendingBackupCodes> = storedObject({
  kind: z.literal(BACKUP_CODE),
  id: setId,
  secret: sealed,
});

/** Checks a {@link BackupCodeSet}. */
export const backupCodeSet: $ZodType<BackupCodeSet> = storedObject({
  kind: z.literal(BACKUP_CODE),
  id: setId,
  // The floor is OWASP's minimum: a weaker set was not written by this library. The ceiling bounds a forged cost.
  memoryKiB: whole(19_456, 1_048_576),
  passes: whole(2, 64),
  parallelism: whole(1, 64),
  remaining: whole(0, MOST_CODES),
  form: z.optional(z.string().check(z.regex(FORM))),
  hashing: z.optional(z.literal(['sha256', 'sha512', 'list'])),
  until: z.optional(instant),
  secret: sealed,
});
