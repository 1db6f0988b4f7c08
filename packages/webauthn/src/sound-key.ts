/** The public keys that only one private key fits, and one that is hard enough to find. */
import { hexOf } from './hex.ts';

// Runtimes differ in what they refuse when they import a key. Under most of what is refused here nothing verifies; but
// under a point of Ed25519 of small order, or RSA with exponent 1, anyone can sign.

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x0${hexOf(bytes)}`);

/** NIST SP 800-186, P-256: y² = x³ - 3x + b. */
const P256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** RFC 8032: y² - x² = 1 + d·x²·y², with d = -121665 / 121666. */
const P25519 = 2n ** 255n - 19n;

/** WebCrypto refuses coordinates of another length, or that are not below the prime. */
export function isOnP256(x: Uint8Array, y: Uint8Array): boolean {
  const left = numberOf(x);
  return (numberOf(y) ** 2n - left * (left * left - 3n) - B) % P256 === 0n;
}

/** Of 2,048 to 4,096 bits, with an exponent from 3 to 32 bits; both odd. */
export function isSoundRsa(n: Uint8Array, e: Uint8Array): boolean {
  const modulus = numberOf(n);
  const exponent = numberOf(e);
  const fits = modulus >> 2047n > 0n && n.length <= 512 && exponent > 1n && e.length <= 4;
  return fits && (modulus & exponent & 1n) === 1n;
}

/** @param encoded - y in little-endian order, and the sign of x in the last bit */
export function isSoundEd25519(encoded: Uint8Array): boolean {
  const y = numberOf(encoded.toReversed()) & (P25519 + 18n);
  const square = y ** 2n;
  // x² = u / v, and that is a square if u·v is one. Of a point of order 8, 2y² = 1 - d·y⁴; of order 4, y = 0;
  // of a smaller one, u = 0.
  const u = 121666n * (square - 1n);
  const v = 121666n - 121665n * square;
  const small = y * (121666n * (2n * square - 1n) - 121665n * square ** 2n);
  return y < P25519 && small % P25519 !== 0n && isSquare(u * v);
}

/** Euler's criterion. The exponent is even, so that a negative value is squared at once. */
function isSquare(value: bigint): boolean {
  let [power, factor] = [1n, value % P25519];
  for (let exponent = P25519 >> 1n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) power = (power * factor) % P25519;
    factor = factor ** 2n % P25519;
  }
  return power === 1n;
}
