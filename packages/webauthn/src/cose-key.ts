/** importCoseKey: a public key of one of the three algorithms, and how it checks a signature. */
import { encodeBase64url } from './base64url.ts';
import { readCbor } from './cbor.ts';
import { demand } from './ceremony-error.ts';
import { rawSignature } from './der-signature.ts';

/** COSE numbers: ES256, EdDSA with Ed25519, RS256. */
export type Algorithm = -7 | -8 | -257;

/** In the order of preference in which they are offered. */
export const ALGORITHMS: readonly Algorithm[] = [-7, -8, -257];

interface Shape {
  /** How many parameters a COSE_Key has: those that are required, and no other. */
  readonly size: number;
  readonly type: number;
  readonly curve?: number;
  readonly jwk: Readonly<Record<string, string>>;
  /** Where COSE has what JWK names so. */
  readonly parts: Readonly<Record<string, number>>;
  readonly parameters: { readonly name: string; readonly namedCurve?: string; readonly hash?: string };
}

/** @see https://www.w3.org/TR/webauthn-3/#sctn-alg-identifier */
const SHAPES: Readonly<Record<Algorithm, Shape>> = {
  [-7]: {
    size: 5,
    type: 2,
    curve: 1,
    jwk: { kty: 'EC', crv: 'P-256' },
    parts: { x: -2, y: -3 },
    parameters: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  },
  [-8]: {
    size: 4,
    type: 1,
    curve: 6,
    jwk: { kty: 'OKP', crv: 'Ed25519' },
    parts: { x: -2 },
    parameters: { name: 'Ed25519' },
  },
  [-257]: {
    size: 4,
    type: 3,
    jwk: { kty: 'RSA' },
    parts: { n: -1, e: -2 },
    parameters: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  },
};

/** A key that WebCrypto has taken. */
export interface PublicKey {
  readonly algorithm: Algorithm;
  /** x and y of ES256, x of Ed25519, modulus and exponent of RS256. */
  readonly parts: readonly Uint8Array[];
  /** Whether the signature, as authenticators make it, is good. */
  verify(signature: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): Promise<boolean>;
}

/**
 * @param cose - a COSE_Key in CBOR
 * @throws {CeremonyError} `publicKey`, `algorithm`, `cbor`
 */
export async function importCoseKey(cose: Uint8Array<ArrayBuffer>): Promise<PublicKey> {
  const [fields, end] = readCbor(cose, 0);
  demand(fields instanceof Map && end === cose.length, 'publicKey');
  const algorithm = ALGORITHMS.find((known) => known === fields.get(3));
  demand(algorithm !== undefined, 'algorithm');
  const { size, type, curve, jwk, parts, parameters } = SHAPES[algorithm];
  const fits = fields.size === size && fields.get(1) === type && (curve ?? fields.get(-1)) === fields.get(-1);
  demand(fits, 'publicKey');
  const whole = { kty: '', ...jwk };
  const found = Object.entries(parts).map(([name, label]) => {
    const part: unknown = fields.get(label);
    demand(part instanceof Uint8Array, 'publicKey');
    Object.assign(whole, { [name]: encodeBase64url(part) });
    return part;
  });
  const key = await crypto.subtle.importKey('jwk', whole, parameters, false, ['verify']).catch(() => null);
  demand(key !== null, 'publicKey');
  return {
    algorithm,
    parts: found,
    async verify(signature, message) {
      const raw = algorithm === -7 ? rawSignature(signature) : signature;
      return raw !== null && crypto.subtle.verify(parameters, key, raw, message);
    },
  };
}
