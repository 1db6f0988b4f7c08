/** Opens the secrets of @jtwebb/auth: AES-256-GCM with the user in the associated data. */
import { gcm } from '@noble/ciphers/aes.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { RowError, orRefuse } from '../row-error.ts';
import { fromBase64url, fromUtf8 } from './decode.ts';

/**
 * The base32 text of the secret of one row of `auth_totp`.
 * @param row - `user_id` as the old system wrote it
 * @param key - the SHA-256 of its `totpEncryptionKey`
 * @throws {RowError} `malformed`, `unreadable`
 */
export function readJtwebb(
  row: { readonly user_id: string; readonly encrypted_secret: string },
  key: Uint8Array,
): string {
  const [iv, tag, ciphertext, more] = row.encrypted_secret.split('.').map(fromBase64url);
  if (iv?.length !== 12 || tag?.length !== 16 || ciphertext === undefined || more !== undefined) {
    throw new RowError('malformed');
  }
  const owner = new TextEncoder().encode(`totp-secret:v1:${row.user_id}`);
  return fromUtf8(orRefuse('unreadable', () => gcm(key, iv, owner).decrypt(Uint8Array.of(...ciphertext, ...tag))));
}

/** The key of {@link readJtwebb} from the configured text. */
export function jtwebbKey(totpEncryptionKey: string): Uint8Array {
  return sha256(new TextEncoder().encode(totpEncryptionKey));
}
