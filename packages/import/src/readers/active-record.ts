/** Opens what Active Record Encryption of Rails 7 and later writes: devise-two-factor 5 and 6. */
import { gcm } from '@noble/ciphers/aes.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as z from 'zod';
import { RowError, firstThatOpens } from '../row-error.ts';
import { fromBase64, fromJson, fromUtf8 } from './decode.ts';

// `e`, the encoding of the Ruby string, is there in real rows; `c` says that the text was compressed.
const message = z.object({
  p: z.string(),
  h: z.object({ iv: z.string(), at: z.string(), c: z.literal(false).optional() }),
});

/**
 * Derives the keys once for all rows: each takes a part of a second.
 * @param digest - `hash_digest_class`; both are made if it is not known
 */
export function activeRecordKeys(
  primaryKey: string,
  keyDerivationSalt: string,
  digest?: 'SHA1' | 'SHA256',
): readonly Uint8Array[] {
  const hashes = { SHA256: sha256, SHA1: sha1 };
  const chosen = digest === undefined ? Object.values(hashes) : [hashes[digest]];
  return chosen.map((hash) => pbkdf2(hash, primaryKey, keyDerivationSalt, { c: 65_536, dkLen: 32 }));
}

/**
 * Opens one encrypted attribute.
 * @throws {RowError} `malformed`, `unreadable`
 */
export function readActiveRecord(text: string, keys: readonly Uint8Array[]): string {
  const parsed = message.safeParse(fromJson(text));
  if (!parsed.success) throw new RowError('malformed');
  const [iv, tag, ciphertext] = [parsed.data.h.iv, parsed.data.h.at, parsed.data.p].map(fromBase64);
  if (iv === undefined || ciphertext === undefined || tag?.length !== 16) throw new RowError('malformed');
  return fromUtf8(firstThatOpens(keys, (key) => gcm(key, iv).decrypt(Uint8Array.of(...ciphertext, ...tag))));
}
