/** softwareKeyPair: a key pair of a WebAuthn algorithm, its COSE form, and signatures as authenticators make them. */
import { encodeCbor, joinBytes, type CborValue } from './cbor-encoder.ts';

/** COSE numbers: ES256, EdDSA with Ed25519, RS256 with 2,048 bits. */
export type SoftwareKeyAlgorithm = -7 | -8 | -257;

export interface SoftwareKeyPair {
  /** A COSE_Key in CBOR. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  sign(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const RS256 = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
};
const ALGORITHMS = { [-7]: ES256, [-8]: { name: 'Ed25519' }, [-257]: RS256 };

type JsonWebKey = Awaited<ReturnType<typeof crypto.subtle.exportKey>> & {
  x?: string;
  y?: string;
  n?: string;
  e?: string;
};

const bytesOf = (text = ''): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));

/** @see https://www.w3.org/TR/webauthn-3/#sctn-encoded-credPubKey-examples */
export async function softwareKeyPair(algorithm: SoftwareKeyAlgorithm): Promise<SoftwareKeyPair> {
  const parameters = ALGORITHMS[algorithm];
  const pair = await crypto.subtle.generateKey(parameters, false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError('A signature algorithm has two keys.');
  const jwk = (await crypto.subtle.exportKey('jwk', pair.publicKey)) as JsonWebKey;
  const fields: readonly (readonly [number, CborValue])[] = {
    [-7]: [
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytesOf(jwk.x)],
      [-3, bytesOf(jwk.y)],
    ] as const,
    [-8]: [
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, bytesOf(jwk.x)],
    ] as const,
    [-257]: [
      [1, 3],
      [3, -257],
      [-1, bytesOf(jwk.n)],
      [-2, bytesOf(jwk.e)],
    ] as const,
  }[algorithm];
  return {
    publicKey: encodeCbor(new Map(fields)),
    async sign(message) {
      const signature = new Uint8Array(await crypto.subtle.sign(parameters, pair.privateKey, message));
      return algorithm === -7 ? derSignature(signature) : signature;
    },
  };
}

/** Authenticators give ECDSA signatures in ASN.1 DER; WebCrypto gives r and s side by side. */
function derSignature(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const integers = joinBytes(derInteger(raw.subarray(0, 32)), derInteger(raw.subarray(32)));
  return joinBytes(Uint8Array.of(0x30, integers.length), integers);
}

function derInteger(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(first);
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return Uint8Array.of(2, digits.length + sign.length, ...sign, ...digits);
}
