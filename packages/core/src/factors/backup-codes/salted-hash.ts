/** SaltedHash: a backup code of another system as it was hashed there, with a salt of its own. */
import { equalBytes } from '@noble/ciphers/utils.js';
import { base64nopad } from '@scure/base';
import { ARGON2ID, type HashJob } from '../../crypto/code-hasher.ts';

/** A stored hash, read. */
export interface SaltedHash {
  /** What computing it costs; 1 is one Argon2id of this library. */
  readonly units: number;
  /** The hash of a text, to compare with it. */
  job(text: string): HashJob;
  /** Compares in constant time. */
  equals(digest: Uint8Array): boolean;
}

/** Longest hash that is taken over: it keeps the record small. */
const MOST_CHARACTERS = 160;

const ARGON2ID_HASH = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** `2a`, `2b` and `2y` are one algorithm; `2x` is one with a fault. */
const BCRYPT_HASH = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/;

const BCRYPT_ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** @returns `null` for what is no hash that can be computed here */
export function readSaltedHash(text: string): SaltedHash | null {
  if (text.length > MOST_CHARACTERS) return null;
  return readArgon2id(text) ?? readBcrypt(text);
}

/** PHC string format, of RFC 9106 version 0x13. */
function readArgon2id(text: string): SaltedHash | null {
  const [, m, t, p, saltText = '', digestText = ''] = ARGON2ID_HASH.exec(text) ?? [];
  const [memoryKiB, passes, parallelism] = [Number(m), Number(t), Number(p)];
  if (!(passes >= 1 && parallelism >= 1 && memoryKiB >= 8 * parallelism)) return null;
  const [salt, digest] = [decode(saltText), decode(digestText)];
  if (salt === null || digest === null || salt.length < 8 || digest.length < 16) return null;
  return {
    units: (memoryKiB * passes) / (ARGON2ID.memoryKiB * ARGON2ID.passes),
    job: (code) => ({ message: bytesOf(code), salt, memoryKiB, passes, parallelism, digestBytes: digest.length }),
    equals: (computed) => equalBytes(computed, digest),
  };
}

function readBcrypt(text: string): SaltedHash | null {
  const [, rounds, saltText, digestText] = BCRYPT_HASH.exec(text) ?? [];
  if (rounds === undefined || saltText === undefined || digestText === undefined) return null;
  const cost = Number(rounds);
  if (cost < 4 || cost > 31) return null;
  const [salt, digest] = [decodeBcrypt(saltText, 16), decodeBcrypt(digestText, 23)];
  return {
    // Measured: cost 12 takes 3.6 times as long as one Argon2id.
    units: 2 ** (cost - 10),
    job: (code) => ({ message: bytesOf(code), salt, bcryptCost: cost, digestBytes: 24 }),
    // The last byte is computed, and never stored.
    equals: (computed) => equalBytes(computed.subarray(0, 23), digest),
  };
}

function decode(text: string): Uint8Array | null {
  try {
    return base64nopad.decode(text);
  } catch {
    return null;
  }
}

/** Base64 with an alphabet and an order of its own. Bits beyond the last whole byte are passed over, as bcrypt does. */
function decodeBcrypt(text: string, length: number): Uint8Array {
  const bits = Array.from(text, (symbol) => BCRYPT_ALPHABET.indexOf(symbol).toString(2).padStart(6, '0')).join('');
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(bits.slice(8 * i, 8 * i + 8), 2));
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
