/** isSoundKey: a public key that only one private key fits, and that is hard enough to find. */
import type { PublicKey } from './cose-key.ts';

const numberOf = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

/** NIST SP 800-186, P-256: y² = x³ - 3x + b. */
const P256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** RFC 8032: y² - x² = 1 + d·x²·y², with d = -121665 / 121666. */
const P25519 = 2n ** 255n - 19n;

/**
 * Runtimes differ in what they refuse when they import a key; a factor is kept for years. Under most keys that are refused
 * here nothing verifies. Under the others anyone can sign: the points of Ed25519 of small order, and RSA with exponent 1.
 *
 * @param parts - as in `PublicKey`
 */
export function isSoundKey({ algorithm, parts: [first = new Uint8Array(), second] }: PublicKey): boolean {
  if (algorithm === -257) return isSoundRsa(first, second ?? first);
  if (first.length !== 32) return false;
  if (algorithm === -8) return isSoundEd25519(first);
  const [x, y] = [numberOf(first), numberOf(second ?? first)];
  return second?.length === 32 && x < P256 && y < P256 && (y * y - x ** 3n + 3n * x - B) % P256 === 0n;
}

/** Of 2,048 to 4,096 bits, with an exponent from 3 to 32 bits; both odd, and without zeros in front. */
function isSoundRsa(n: Uint8Array, e: Uint8Array): boolean {
  const [modulus, exponent] = [numberOf(n.subarray(0, 513)), numberOf(e.subarray(0, 5))];
  return (
    modulus >> 2047n > 0n &&
    modulus >> 4096n === 0n &&
    exponent > 1n &&
    exponent >> 32n === 0n &&
    (modulus & exponent & 1n) === 1n &&
    n[0] !== 0 &&
    e[0] !== 0
  );
}

/** @param encoded - y in little-endian order, and the sign of x in the last bit */
function isSoundEd25519(encoded: Uint8Array): boolean {
  const y = numberOf(encoded.toReversed()) & (2n ** 255n - 1n);
  const square = y ** 2n;
  // x² = u / v, and that is a square if u·v is one. Of a point of order 8, 2y² = 1 - d·y⁴; of order 4, y = 0; else u = 0.
  const u = 121666n * (square - 1n);
  const v = 121666n - 121665n * square;
  const small = y * u * (2n * 121666n * square - 121665n * square ** 2n - 121666n);
  return y < P25519 && small % P25519 !== 0n && isSquare(u * v);
}

/** Euler's criterion. */
function isSquare(value: bigint): boolean {
  let [power, factor] = [1n, value % P25519];
  for (let exponent = P25519 >> 1n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) power = (power * factor) % P25519;
    factor = factor ** 2n % P25519;
  }
  return (power + P25519) % P25519 === 1n;
}
