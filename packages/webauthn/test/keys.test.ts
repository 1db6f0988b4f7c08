/** Which public keys are taken: only those that need their private key. */
import { generateKeyPairSync } from 'node:crypto';
import { softwareKey } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { importCoseKey } from '../src/cose-key.ts';
import { sha256 } from '../src/sha256.ts';
import { isOnP256, isSoundEd25519, isSoundRsa } from '../src/sound-key.ts';
import { outcome } from './party.ts';

const hex = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const head = (length: number): string => `59 ${length.toString(16).padStart(4, '0')}`;
const taken = async (cose: string | Uint8Array<ArrayBuffer>): Promise<unknown> => {
  const key = await outcome(importCoseKey(typeof cose === 'string' ? hex(cose) : cose));
  return typeof key === 'string' ? key : key.algorithm;
};

/** The generator of P-256. */
const X = '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296';
const Y = '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5';
const P = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff';

test.each([
  ['a point', `a5 0102 0326 2001 215820${X} 225820${Y}`, -7],
  ['the parameters in another order', `a5 225820${Y} 215820${X} 2001 0326 0102`, -7],
  ['off the curve', `a5 0102 0326 2001 215820${X} 225820${X}`, 'publicKey'],
  ['zero', `a5 0102 0326 2001 215820${'00'.repeat(32)} 225820${'00'.repeat(32)}`, 'publicKey'],
  ['a coordinate that is not below the prime', `a5 0102 0326 2001 215820${P} 225820${Y}`, 'publicKey'],
  ['a coordinate of 33 bytes', `a5 0102 0326 2001 21582100${X} 225820${Y}`, 'publicKey'],
  ['a compressed point', `a5 0102 0326 2001 215820${X} 22f5`, 'publicKey'],
  ['another curve', `a5 0102 0326 2002 215820${X} 225820${Y}`, 'publicKey'],
  ['another type', `a5 0101 0326 2001 215820${X} 225820${Y}`, 'publicKey'],
  ['no y', `a4 0102 0326 2001 215820${X}`, 'publicKey'],
  ['a parameter more', `a6 0102 0326 0400 2001 215820${X} 225820${Y}`, 'publicKey'],
  ['no algorithm', `a4 0102 2001 215820${X} 225820${Y}`, 'algorithm'],
  ['ES384', `a5 0102 033822 2002 215820${X} 225820${Y}`, 'algorithm'],
  ['the algorithm as a text', `a5 0102 03622d37 2001 215820${X} 225820${Y}`, 'algorithm'],
  ['no map', '80', 'publicKey'],
  ['a byte more', `a5 0102 0326 2001 215820${X} 225820${Y} 00`, 'publicKey'],
])('ES256: %s', async (_, cose, result) => {
  expect(await taken(cose)).toBe(result);
});

/** The eight points of small order, each encoding, and two that are not below the prime. */
const SMALL = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '0000000000000000000000000000000000000000000000000000000000000000',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

// Under such a point anyone can sign: Node.js 20 takes `01 00 … 00` for the signature of a zero byte under the first one.
test.each(SMALL)('Ed25519: a point of small order, %s, is refused', async (point) => {
  expect(await taken(`a4 0101 0327 2006 215820 ${point}`)).toBe('publicKey');
});

test('Ed25519: points are told from what is none as by the textbook, with a division', () => {
  let points = 0;
  for (let seed = 2; seed < 102; seed += 1) {
    const encoded = hex(seed.toString(16).padStart(2, '0') + '00'.repeat(31));
    const sound = isSoundEd25519(encoded);
    points += Number(sound);
    const square = (value: bigint): boolean => legendre(value) === 1n;
    const y = BigInt(seed);
    const [u, v] = [y * y - 1n, D * y * y + 1n];
    expect(sound).toBe(square((u * inverse(v)) % P25519));
  }
  expect(points).toBeGreaterThan(30);
  expect(points).toBeLessThan(70);
});

const P25519 = 2n ** 255n - 19n;
/** RFC 8032, 5.1. */
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const modpow = (base: bigint, exponent: bigint): bigint => {
  let [result, factor] = [1n, ((base % P25519) + P25519) % P25519];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % P25519;
    factor = (factor * factor) % P25519;
  }
  return result;
};
const inverse = (value: bigint): bigint => modpow(value, P25519 - 2n);
const legendre = (value: bigint): bigint => modpow(value, (P25519 - 1n) / 2n);

test('keys that are made honestly are always taken', () => {
  for (let count = 0; count < 50; count += 1) {
    const edwards = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
    expect(isSoundEd25519(new Uint8Array(Buffer.from(edwards.x ?? '', 'base64url')))).toBe(true);
    const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    const [left, right] = [x, y].map((text) => new Uint8Array(Buffer.from(text, 'base64url')));
    expect(isOnP256(left ?? hex(''), right ?? hex(''))).toBe(true);
    expect(isOnP256(right ?? hex(''), left ?? hex(''))).toBe(false);
  }
});

const rsa = (n: string, e: string): string => {
  const length = hex(e).length;
  return `a4 0103 03390100 20 ${head(hex(n).length)} ${n} 21 ${(0x40 + length).toString(16)} ${e}`;
};
/** An odd number of so many bits. */
const modulus = (bits: number): string => {
  const digits = ((1n << BigInt(bits)) - 1n).toString(16);
  return digits.padStart(digits.length + (digits.length % 2), '0');
};

test.each([
  ['2,048 bits', rsa(modulus(2048), '010001'), -257],
  ['4,096 bits', rsa(modulus(4096), '010001'), -257],
  ['3,482 bits', rsa(modulus(3482), '03'), -257],
  ['2,047 bits', rsa(modulus(2047), '010001'), 'publicKey'],
  ['1,024 bits', rsa(`${'00'.repeat(128)}${modulus(1024)}`, '010001'), 'publicKey'],
  ['4,097 bits', rsa(modulus(4097), '010001'), 'publicKey'],
  ['65,536 bits', rsa('ff'.repeat(8192), '010001'), 'publicKey'],
  ['an even modulus', rsa(`${'ff'.repeat(255)}fe`, '010001'), 'publicKey'],
  ['exponent 3', rsa(modulus(2048), '03'), -257],
  ['exponent 1', rsa(modulus(2048), '01'), 'publicKey'],
  ['exponent 1 in four bytes', rsa(modulus(2048), '00000001'), 'publicKey'],
  ['exponent 0', rsa(modulus(2048), '00'), 'publicKey'],
  ['no exponent', rsa(modulus(2048), ''), 'publicKey'],
  ['an even exponent', rsa(modulus(2048), '010000'), 'publicKey'],
  ['an exponent of five bytes', rsa(modulus(2048), '0100000001'), 'publicKey'],
])('RS256: %s', async (_, cose, result) => {
  expect(await taken(cose)).toBe(result);
});

test('the sizes of RSA are those of real keys', async () => {
  for (const [bits, good] of [
    [1024, false],
    [2048, true],
    [3072, true],
  ] as const) {
    const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
    const [modulusBytes, exponent] = [n, e].map((text) => new Uint8Array(Buffer.from(text, 'base64url')));
    expect(isSoundRsa(modulusBytes ?? hex(''), exponent ?? hex(''))).toBe(good);
  }
});

test('every honest ECDSA signature is read, also with short numbers', async () => {
  const key = await softwareKey();
  const { verify: check } = await importCoseKey(key.publicKey);
  const lengths = new Set<number>();
  for (let count = 0; count < 400; count += 1) {
    const { response } = await key.get({ challenge: 'AAAA', rpId: 'example.org' });
    const [signature, authData, clientData] = [
      response.signature,
      response.authenticatorData,
      response.clientDataJSON,
    ].map((text) => new Uint8Array(Buffer.from(text, 'base64url')));
    lengths.add(signature?.length ?? 0);
    const hash = await sha256(clientData ?? hex(''));
    expect(await check(signature ?? hex(''), authData ?? hex(''), hash)).toBe(true);
  }
  expect(lengths.size).toBeGreaterThan(2);
});
