/** Opens the three columns of attr_encrypted: devise-two-factor up to 4. */
import { gcm } from '@noble/ciphers/aes.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { orRefuse } from '../row-error.ts';
import { fromBase64, fromUtf8 } from './decode.ts';

/** `encrypted_otp_secret` with its two companions, as in the database. */
export interface AttrEncryptedRow {
  readonly encrypted_otp_secret: string;
  readonly encrypted_otp_secret_iv: string;
  readonly encrypted_otp_secret_salt: string;
}

/**
 * Opens the secret of one row. The salt is the row's own, so the key is derived for each: 2,000 rounds.
 * @param key - `otp_secret_encryption_key`
 * @throws {RowError} `malformed`, `unreadable`
 */
export function readAttrEncrypted(row: AttrEncryptedRow, key: string): string {
  // Ruby's decoder overlooks the underscore with which attr_encrypted marks a salt.
  const salt = fromBase64(row.encrypted_otp_secret_salt.replace(/^_/, ''));
  const iv = fromBase64(row.encrypted_otp_secret_iv);
  const ciphertext = fromBase64(row.encrypted_otp_secret);
  const rowKey = pbkdf2(sha1, key, salt, { c: 2000, dkLen: 32 });
  return fromUtf8(orRefuse('unreadable', () => gcm(rowKey, iv).decrypt(ciphertext)));
}
