/** Backup codes: look-up secrets (NIST SP 800-63B-4 §3.1.2), hashed as one set and spent one by one. */
import { equalBytes } from '@noble/ciphers/utils.js';
import { base64urlnopad } from '@scure/base';
import { ARGON2ID, type Argon2idJob } from '../crypto/code-hasher.ts';
import type { HashQueue } from '../crypto/hash-queue.ts';
import type { RandomSource } from '../crypto/random.ts';
import type { Sealer } from '../crypto/sealer.ts';
import type { BackupCodeSet } from '../record.ts';

/** Crockford's base32: no I, L, O or U. 5 bits a symbol. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Fewest and most symbols in a code: 40 and 160 bits. */
export const BACKUP_CODE_SYMBOLS = { min: 8, max: 32 } as const;

const SALT_BYTES = 16;

/** New codes, to be shown once, and what is stored of them. */
export interface NewBackupCodes {
  readonly codes: readonly string[];
  readonly set: BackupCodeSet;
}

/**
 * Draws codes and hashes them under one salt.
 * @param format - `X` stands for a symbol, anything else for itself: `XXXX-XXXX`
 */
export async function createBackupCodes(
  userId: string,
  { count, format }: { readonly count: number; readonly format: string },
  { random, hashQueue, secrets }: { random: RandomSource; hashQueue: HashQueue; secrets: Sealer },
): Promise<NewBackupCodes> {
  const codes = Array.from({ length: count }, () => drawCode(format, random));
  // With 40 bits a code: once in a hundred million sets of a hundred, or a source that is broken.
  if (new Set(codes).size < count) throw new Error('random gave one backup code twice');
  const salt = base64urlnopad.encode(random(SALT_BYTES));
  const { memoryKiB, passes, parallelism } = ARGON2ID;
  const empty: BackupCodeSet = { salt, memoryKiB, passes, parallelism, remaining: 0, digests: '' };
  const digests = await hashQueue.hashSet(codes.map((code) => hashJob(normalizeBackupCode(code) ?? '', empty)));
  return { codes, set: sealDigests(userId, empty, digests, secrets) };
}

function drawCode(format: string, random: RandomSource): string {
  // 32 symbols: the low five bits of a random byte are uniform over them.
  return format.replaceAll('X', () => ALPHABET.charAt((random(1)[0] ?? 0) & 31));
}

/**
 * The symbols of a code as a person typed it: any case, spaces and dashes dropped, O read as 0, I and L as 1.
 * @returns `null` for what cannot be a code
 */
export function normalizeBackupCode(input: string): string | null {
  // ASCII first: toUpperCase makes ASCII letters of some others.
  if (!/^[0-9A-Za-z -]*$/.test(input)) return null;
  const symbols = input.replaceAll(/[ -]/g, '').toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const { min, max } = BACKUP_CODE_SYMBOLS;
  const possible = symbols.length >= min && symbols.length <= max && !symbols.includes('U');
  return possible ? symbols : null;
}

/** The hash of a normalised code, to be compared with a set: one Argon2id, whatever the number of codes left. */
export function hashJob(code: string, set: BackupCodeSet): Argon2idJob {
  const { memoryKiB, passes, parallelism } = set;
  const message = new TextEncoder().encode(code);
  const salt = base64urlnopad.decode(set.salt);
  return { message, salt, memoryKiB, passes, parallelism, digestBytes: ARGON2ID.digestBytes };
}

/** @returns the digests of a set; `null` where it is damaged, moved to another user, or sealed under an unknown key */
export function openDigests(userId: string, set: BackupCodeSet, secrets: Sealer): readonly Uint8Array[] | null {
  const bytes = secrets.open(set.digests, sealContext(userId, set.salt));
  const { digestBytes } = ARGON2ID;
  if (bytes?.length !== set.remaining * digestBytes) return null;
  return Array.from({ length: set.remaining }, (_, i) => bytes.subarray(i * digestBytes, (i + 1) * digestBytes));
}

/** The set with these digests, sealed under the newest key. */
export function sealDigests(
  userId: string,
  set: BackupCodeSet,
  digests: readonly Uint8Array[],
  secrets: Sealer,
): BackupCodeSet {
  const bytes = new Uint8Array(digests.length * ARGON2ID.digestBytes);
  digests.forEach((digest, i) => bytes.set(digest, i * ARGON2ID.digestBytes));
  return { ...set, remaining: digests.length, digests: secrets.seal(bytes, sealContext(userId, set.salt)) };
}

/** The digests left after one use; `null` where none equals it. Every digest is compared, in constant time. */
export function spendDigest(digests: readonly Uint8Array[], digest: Uint8Array): readonly Uint8Array[] | null {
  const left = digests.filter((candidate) => !equalBytes(candidate, digest));
  return left.length < digests.length ? left : null;
}

function sealContext(userId: string, salt: string): readonly string[] {
  return ['backup-codes', userId, salt];
}
