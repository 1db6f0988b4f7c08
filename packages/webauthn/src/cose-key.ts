/** importCoseKey: a public key of one of the three algorithms, and how it checks a signature. */
import { encodeBase64url } from './base64url.ts';
import { readCbor } from './cbor.ts';
import { CeremonyError, demand } from './ceremony-error.ts';
import { rawSignature } from './der-signature.ts';
import { isOnP256, isSoundEd25519, isSoundRsa } from './sound-key.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** COSE numbers: ES256, EdDSA with Ed25519, RS256. */
export type Algorithm = -7 | -8 | -257;

/** In the order of preference in which they are offered. */
export const ALGORITHMS: readonly Algorithm[] = [-7, -8, -257];

/** A key that WebCrypto has taken. */
export interface PublicKey {
  readonly algorithm: Algorithm;
  /** Whether the signature, as authenticators make it, is good. */
  verify(signature: Bytes, authData: Bytes, clientDataHash: Bytes): Promise<boolean>;
}

interface Parameters {
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: string;
}

type KeySource =
  | readonly [format: 'raw', data: Bytes, parameters: Parameters]
  | readonly [format: 'jwk', data: { readonly kty: string }, parameters: Parameters];

/**
 * @param cose - a COSE_Key in CBOR
 * @param isKnown - whether it was found sound when it was registered
 * @throws {CeremonyError} `publicKey`, `algorithm`, `cbor`
 * @see https://www.w3.org/TR/webauthn-3/#sctn-alg-identifier
 */
export async function importCoseKey(cose: Bytes, isKnown = false): Promise<PublicKey> {
  const [fields, end] = readCbor(cose, 0);
  fits(fields instanceof Map && end === cose.length);
  /** Type and curve have to be these, and there has to be nothing but `size` parameters. */
  const shape = (size: number, type: number, curve: unknown = fields.get(-1)): void =>
    fits(fields.size === size && fields.get(1) === type && fields.get(-1) === curve);
  const part = (label: number): Bytes => {
    const bytes = fields.get(label);
    fits(bytes instanceof Uint8Array);
    return bytes as Bytes;
  };
  const algorithm = fields.get(3);
  let source: KeySource;
  if (algorithm === -7) {
    shape(5, 2, 1);
    const x = part(-2);
    const y = part(-3);
    fits(isKnown || isOnP256(x, y));
    source = ['raw', Uint8Array.of(4, ...x, ...y), { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }];
  } else if (algorithm === -8) {
    shape(4, 1, 6);
    const x = part(-2);
    fits(isKnown || isSoundEd25519(x));
    source = ['raw', x, { name: 'Ed25519' }];
  } else {
    demand(algorithm === -257, 'algorithm');
    shape(4, 3);
    const n = part(-1);
    const e = part(-2);
    fits(isKnown || isSoundRsa(n, e));
    const jwk = { kty: 'RSA', n: encodeBase64url(n), e: encodeBase64url(e) };
    source = ['jwk', jwk, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }];
  }
  const key = await crypto.subtle
    // The overloads of the types want one format or the other.
    .importKey(...(source as readonly ['raw', Bytes, Parameters]), false, ['verify'])
    .catch((): never => {
      throw new CeremonyError('publicKey');
    });
  return {
    algorithm,
    async verify(signature, authData, clientDataHash) {
      const raw = algorithm === -7 ? rawSignature(signature) : signature;
      // Some runtimes throw if the length of a signature is wrong.
      return (
        raw !== null &&
        crypto.subtle.verify(source[2], key, raw, Uint8Array.of(...authData, ...clientDataHash)).catch(() => false)
      );
    },
  };
}

function fits(met: unknown): asserts met {
  demand(met, 'publicKey');
}
