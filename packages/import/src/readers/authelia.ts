/** Opens the secrets of Authelia, of every schema of its storage. */
import { gcm } from '@noble/ciphers/aes.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { RowError, firstThatOpens } from '../row-error.ts';
import { fromBase64, fromUtf8 } from './decode.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The keys that Authelia makes of its `encryption_key`, newest way first. */
export interface AutheliaKeys {
  /** From schema 25 on. */
  readonly derived: Uint8Array;
  /** Up to schema 24. */
  readonly hashed: Uint8Array;
}

/** Derives the keys once for all rows. */
export function autheliaKeys(encryptionKey: string): AutheliaKeys {
  return {
    derived: hkdf(sha256, utf8(encryptionKey), undefined, utf8('authelia:kdf:storage:encryption_key:v1'), 32),
    hashed: sha256(utf8(encryptionKey)),
  };
}

/**
 * The base32 text of the secret of one row of `totp_configurations`.
 * @param row - its `secret` in base64. From schema 26 on it opens for its own user only
 * @throws {RowError} `malformed`, `unreadable`
 */
export function readAuthelia(row: { readonly username: string; readonly secret: string }, keys: AutheliaKeys): string {
  const bytes = fromBase64(row.secret);
  if (bytes.length < 29) throw new RowError('malformed');
  const owner = utf8(`authelia:storage:totp_configurations:secret:${row.username}`);
  const ways = [[keys.derived, owner] as const, [keys.derived] as const, [keys.hashed] as const];
  const nonce = bytes.subarray(0, 12);
  return fromUtf8(firstThatOpens(ways, ([key, aad]) => gcm(key, nonce, aad).decrypt(bytes.subarray(12))));
}
