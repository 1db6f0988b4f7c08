/** Backup codes as text and as digests: drawing, normalizing and hashing them (NIST SP 800-63B-4 §3.1.2). */
import { equalBytes } from '@noble/ciphers/utils.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { base64urlnopad } from '@scure/base';
import { ARGON2ID, type Argon2idJob } from '../../crypto/code-hasher.ts';
import type { RandomSource } from '../../crypto/random.ts';
import { inForm } from './form.ts';
import type { BackupCodeSet } from './stored.ts';

/** Crockford's base32: no I, L, O or U. 5 bits a symbol. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Fewest and most symbols in a code: 40 and 160 bits. */
export const BACKUP_CODE_SYMBOLS = { min: 8, max: 32 } as const;

/**
 * Draws a set of codes.
 * @param format - `X` stands for a symbol, anything else for itself: `XXXX-XXXX-XXXX-XXXX`
 */
export function drawCodes(
  { count, format }: { readonly count: number; readonly format: string },
  random: RandomSource,
): readonly string[] {
  const codes = Array.from({ length: count }, () => drawCode(format, random));
  // Even with 40 bits a code: once in a hundred million sets of a hundred, or a source that is broken.
  if (new Set(codes).size < count) throw new Error('random gave one backup code twice');
  return codes;
}

function drawCode(format: string, random: RandomSource): string {
  // 32 symbols: the low five bits of a random byte are uniform over them.
  return format.replaceAll('X', () => ALPHABET.charAt((random(1)[0] ?? 0) & 31));
}

/**
 * The symbols of a code as it was drawn, or as `plainCode` gives it: any case, spaces and dashes dropped, O read as 0, I
 * and L as 1.
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

/** What a set is hashed with, and the id that salts it. */
export type HashParameters = Omit<BackupCodeSet, 'kind' | 'remaining' | 'secret'>;

/** The text of a typed code that a set has the hash of; `null` if no code of this set looks like it. */
export function textOf(symbols: string, { form }: HashParameters): string | null {
  return form === undefined ? normalizeBackupCode(symbols) : inForm(symbols, form);
}

/** The hash of a code's text, to compare with a set: one Argon2id, whatever the number of codes left. */
export function hashJob(text: string, parameters: HashParameters): Argon2idJob {
  const bytes = new TextEncoder().encode(text);
  const { hashing } = parameters;
  return saltedJob(hashing === 'sha256' ? sha256(bytes) : hashing === 'sha512' ? sha512(bytes) : bytes, parameters);
}

/** The Argon2id of a code's text, or of what another system made of it. */
export function saltedJob(message: Uint8Array, { id, memoryKiB, passes, parallelism }: HashParameters): Argon2idJob {
  const salt = base64urlnopad.decode(id);
  return { message, salt, memoryKiB, passes, parallelism, digestBytes: ARGON2ID.digestBytes };
}

/** The digests, or hashes, left after one use; `null` if none equals it. Every one is compared, in constant time. */
export function spendDigest(digests: readonly Uint8Array[], digest: Uint8Array): readonly Uint8Array[] | null {
  const left = digests.filter((candidate) => !equalBytes(candidate, digest));
  return left.length < digests.length ? left : null;
}
