/** Opens what better-auth encrypts: XChaCha20-Poly1305 in hex, with or without the version of its key. */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { RowError, orRefuse } from '../row-error.ts';
import { fromHex, fromUtf8 } from './decode.ts';

/** The secrets of better-auth, as in its own options. */
export interface BetterAuthSecrets {
  /** `secret`: opens what has no version. */
  readonly secret?: string | undefined;
  /** `secrets`, by version. */
  readonly versions?: ReadonlyMap<string, string>;
}

/**
 * Opens one text of better-auth: `hex(nonce ‖ ciphertext)`, or `$ba$<version>$` before it.
 * @throws {RowError} `malformed`, `unreadable`
 */
export function readBetterAuth(text: string, secrets: BetterAuthSecrets): string {
  const [, version, hex = text] = /^\$ba\$(\d+)\$([0-9a-f]+)$/.exec(text) ?? [];
  const secret = version === undefined ? secrets.secret : secrets.versions?.get(version);
  const bytes = fromHex(hex);
  if (bytes.length < 41) throw new RowError('malformed');
  if (secret === undefined) throw new RowError('unreadable');
  const key = sha256(new TextEncoder().encode(secret));
  return fromUtf8(
    orRefuse('unreadable', () => xchacha20poly1305(key, bytes.subarray(0, 24)).decrypt(bytes.subarray(24))),
  );
}
