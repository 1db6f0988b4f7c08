/** Sealer: authenticated encryption with key ids, XChaCha20-Poly1305 with a random 192-bit nonce. */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { base64urlnopad } from '@scure/base';
import type { DerivedKeys, KeyPurpose } from './keyring.ts';
import type { RandomSource } from './random.ts';

/** First part of every sealed text, and part of its associated data. */
const FORMAT_VERSION = '1';

/** 192 bits: long enough for random nonces, with no practical limit on messages per key. */
const NONCE_BYTES = 24;

/** Poly1305 (RFC 8439 §2.5). */
const TAG_BYTES = 16;

/** Seals and opens texts of the form `version.keyId.base64url(nonce ‖ ciphertext ‖ tag)`. */
export interface Sealer {
  /**
   * Seals under the newest key.
   * @param context - what the text belongs to; the text opens only under an equal context
   */
  seal(plaintext: Uint8Array, context: readonly string[]): string;
  /** @returns the plaintext; `null` if the key is unknown, the context differs, or any character of the text changed */
  open(sealed: string, context: readonly string[]): Uint8Array | null;
  /** Whether the text was sealed under the newest key. */
  isNewest(sealed: string): boolean;
}

/** Makes the sealer for one purpose from a keyring whose first key is the newest. */
export function createSealer(keyring: readonly DerivedKeys[], purpose: KeyPurpose, random: RandomSource): Sealer {
  const newest = keyring[0];
  if (newest === undefined) throw new RangeError('keys must hold at least one key');
  const keys = new Map(keyring.map((derived) => [derived.id, derived[purpose]]));
  const newestPrefix = `${FORMAT_VERSION}.${newest.id}.`;

  return {
    seal(plaintext, context) {
      const nonce = random(NONCE_BYTES);
      const body = xchacha20poly1305(newest[purpose], nonce, associatedData(context)).encrypt(plaintext);
      const sealed = new Uint8Array(NONCE_BYTES + body.length);
      sealed.set(nonce);
      sealed.set(body, NONCE_BYTES);
      return newestPrefix + base64urlnopad.encode(sealed);
    },

    open(sealed, context) {
      const [version, id, body, ...rest] = sealed.split('.');
      if (version !== FORMAT_VERSION || id === undefined || body === undefined || rest.length > 0) return null;
      const key = keys.get(id);
      if (key === undefined) return null;
      try {
        // Strict base64url: a second spelling of the same bytes does not open.
        const bytes = base64urlnopad.decode(body);
        const nonce = bytes.subarray(0, NONCE_BYTES);
        return xchacha20poly1305(key, nonce, associatedData(context)).decrypt(bytes.subarray(NONCE_BYTES));
      } catch {
        return null;
      }
    },

    isNewest: (sealed) => sealed.startsWith(newestPrefix),
  };
}

/** The id of the key that a sealed text names; the empty string if it names none. */
export function sealedKeyId(sealed: string): string {
  return sealed.split('.', 2)[1] ?? '';
}

/** How many bytes were sealed: the length of the text tells it. 0 or less if it is no sealed text. */
export function sealedBytes(sealed: string): number {
  const body = sealed.split('.', 3)[2] ?? '';
  return Math.floor((body.length * 6) / 8) - NONCE_BYTES - TAG_BYTES;
}

/** JSON keeps the parts apart: no two lists of strings share an encoding. */
function associatedData(context: readonly string[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify([FORMAT_VERSION, ...context]));
}
