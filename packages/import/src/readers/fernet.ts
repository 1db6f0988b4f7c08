/** Opens Fernet tokens, as Python's cryptography makes them. */
import { cbc } from '@noble/ciphers/aes.js';
import { equalBytes } from '@noble/ciphers/utils.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { RowError, firstThatOpens } from '../row-error.ts';
import { fromBase64url, fromUtf8 } from './decode.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** How applications make the 32 bytes of a Fernet key out of a secret. Each is slow work at most once. */
export const fernetKeys = {
  /** SHA-256 of the secret. */
  sha256: (secret: string): Uint8Array => sha256(utf8(secret)),
  /** The secret is the key itself, as `Fernet.generate_key()` gives it. */
  raw: (secret: string): Uint8Array => fromBase64url(secret.trim()),
  /** HKDF-SHA256. */
  hkdf: (secret: string, info: string, salt = ''): Uint8Array => hkdf(sha256, utf8(secret), utf8(salt), utf8(info), 32),
  /** PBKDF2-HMAC-SHA256. */
  pbkdf2: (secret: string, salt: string, iterations: number): Uint8Array =>
    pbkdf2(sha256, utf8(secret), utf8(salt), { c: iterations, dkLen: 32 }),
  /** The first 32 bytes of the secret, filled up with zeros. */
  padded: (secret: string): Uint8Array => {
    const key = new Uint8Array(32);
    key.set(utf8(secret).subarray(0, 32));
    return key;
  },
} as const;

/**
 * Opens a Fernet token with the first key that fits, as `MultiFernet` does.
 * @param keys - 32 bytes each; {@link fernetKeys} makes them
 * @see https://github.com/fernet/spec/blob/master/Spec.md
 * @throws {RowError} `malformed`, `unreadable`
 */
export function readFernetToken(token: string, keys: readonly Uint8Array[]): string {
  const bytes = fromBase64url(token.trim());
  // Version, time and initialization vector, at least one block, and the MAC. The time is not looked at: tokens at rest do
  // not expire.
  if (bytes.length < 73 || (bytes.length - 57) % 16 !== 0) throw new RowError('malformed');
  if (bytes[0] !== 0x80) throw new RowError('unreadable');
  const signed = bytes.subarray(0, -32);
  const plaintext = firstThatOpens(keys, (key) => {
    const mac = hmac(sha256, key.subarray(0, 16), signed);
    if (!equalBytes(mac, bytes.subarray(-32))) throw new RowError('unreadable');
    return cbc(key.subarray(16), bytes.subarray(9, 25)).decrypt(signed.subarray(25));
  });
  return fromUtf8(plaintext);
}
