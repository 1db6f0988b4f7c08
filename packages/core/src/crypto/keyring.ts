/** Keyring: derives one id and one key per purpose from each 32-byte master key (HKDF-SHA256, RFC 5869). */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base64, base64nopad, base64url, base64urlnopad } from '@scure/base';

/** Bytes in a master key. Never fewer, and no passphrases: nothing here stretches them. */
const MASTER_KEY_BYTES = 32;

/** What a derived key is for. One master key gives unrelated keys for different purposes. */
export type KeyPurpose = 'secrets' | 'tokens';

/** The keys derived from one master key. */
export interface DerivedKeys {
  /** Public name of the master key: 8 derived bytes, base64url. Reveals nothing about the key. */
  readonly id: string;
  readonly secrets: Uint8Array;
  readonly tokens: Uint8Array;
}

/**
 * Derives the keys of every master key, in the given order: the first one seals, and all of them open.
 * @param masterKeys - 32 random bytes each, base64 or base64url, padded or not
 * @throws {RangeError} whose message names the option and the rule, never the key
 */
export function deriveKeyring(masterKeys: readonly string[]): readonly DerivedKeys[] {
  const keyring = masterKeys.map((text, index) => {
    const master = decodeMasterKey(text, index);
    const derive = (purpose: string, length: number): Uint8Array =>
      hkdf(sha256, master, undefined, new TextEncoder().encode(`mfakit/1/${purpose}`), length);
    return {
      id: base64urlnopad.encode(derive('key-id', 8)),
      secrets: derive('secrets', 32),
      tokens: derive('tokens', 32),
    };
  });
  if (new Set(keyring.map((keys) => keys.id)).size < keyring.length) {
    throw new RangeError('createMfa: keys: must all be different');
  }
  return keyring;
}

function decodeMasterKey(text: string, index: number): Uint8Array {
  if (text === '')
    throw new RangeError(`createMfa: keys[${index}]: must not be empty: is the variable that holds it set?`);
  for (const coder of [base64, base64url, base64nopad, base64urlnopad]) {
    let bytes: Uint8Array;
    try {
      bytes = coder.decode(text);
    } catch {
      continue;
    }
    if (bytes.length !== MASTER_KEY_BYTES) break;
    // The probability that 32 random bytes have fewer than 8 different values is far below 2^-128.
    if (new Set(bytes).size < 8) throw new RangeError(`createMfa: keys[${index}]: must be random`);
    return bytes;
  }
  throw new RangeError(`createMfa: keys[${index}]: must be ${MASTER_KEY_BYTES} random bytes as base64 or base64url`);
}
