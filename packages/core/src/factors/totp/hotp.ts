/** TOTP (RFC 6238) over HOTP (RFC 4226). */
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { TotpAlgorithm, TotpDigits, TotpParameters } from './stored.ts';

const HASHES = { SHA1: sha1, SHA256: sha256, SHA512: sha512 } as const;

/** The time step that an instant falls in: T of RFC 6238 §4.2, with T0 = 0. */
export function timeStep(epochMs: number, periodSeconds: number): number {
  return Math.floor(epochMs / (periodSeconds * 1000));
}

/**
 * HOTP values of one key, as numbers: pad to `digits` with zeros to show one.
 * The key is absorbed once, for all counters.
 */
export function hotp(key: Uint8Array, algorithm: TotpAlgorithm, digits: TotpDigits): (counter: number) => number {
  const keyed = hmac.create(HASHES[algorithm], key);
  const modulus = 10 ** digits;
  const message = new Uint8Array(8);
  const view = new DataView(message.buffer);
  return (counter) => {
    view.setBigUint64(0, BigInt(counter)); // 8 bytes, big-endian (RFC 4226 §5.1)
    const digest = keyed.clone().update(message).digest();
    const bytes = new DataView(digest.buffer, digest.byteOffset, digest.length);
    // Dynamic truncation (RFC 4226 §5.3): the low nibble of the last byte, whatever the digest's length (erratum 6756).
    const offset = bytes.getUint8(digest.length - 1) & 0xf;
    return (bytes.getUint32(offset) & 0x7fff_ffff) % modulus;
  };
}

/**
 * The highest time step within the window whose code equals the last of `codes`, the steps before it having the codes
 * before; or `null`.
 *
 * Every candidate is computed and compared without a branch, so the time taken says nothing about the match, nor about
 * which of two codes was right. The highest wins because neighbouring steps may share digits: consuming the lower one
 * would leave the same code good once more. (A twin just outside the window is not looked for: it occurs once in a million
 * codes, as often as a guess hits.)
 * @param codes - one code, or consecutive ones, the oldest first; exactly `digits` ASCII digits each
 * @param windowSteps - steps looked at before and after the current one, for the last of them; what is accepted is 0 to 2
 */
export function matchTotp(
  key: Uint8Array,
  codes: readonly string[],
  { algorithm, digits, periodSeconds }: TotpParameters,
  epochMs: number,
  windowSteps: number,
): number | null {
  const valueAt = hotp(key, algorithm, digits);
  const current = timeStep(epochMs, periodSeconds);
  const submitted = codes.map(Number);
  const first = current - windowSteps - (codes.length - 1);
  const values = Array.from({ length: 2 * windowSteps + codes.length }, (_, i) => valueAt(first + i));
  let offset = 0;
  let matched = 0;
  for (let candidate = -windowSteps; candidate <= windowSteps; candidate++) {
    const start = candidate + windowSteps;
    const difference = submitted.reduce((differences, code, i) => differences | ((values[start + i] ?? -1) ^ code), 0);
    const equal = 1 - ((difference | -difference) >>> 31); // 1 if they are equal, else 0
    offset += equal * (candidate - offset);
    matched |= equal;
  }
  return matched === 1 ? current + offset : null;
}
