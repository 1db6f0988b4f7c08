/** verifyRegistration: the relying party's steps for a new credential. */
import { readAuthenticatorData, type AuthenticatorState } from './authenticator-data.ts';
import { encodeBase64url } from './base64url.ts';
import { readCbor, type CborMap } from './cbor.ts';
import { demand } from './ceremony-error.ts';
import { importCoseKey } from './cose-key.ts';
import type { CheckedOptions } from './options.ts';
import { hexOf } from './hex.ts';
import { openCeremony } from './open-ceremony.ts';
import { readField, readTransports } from './response.ts';

/** A credential whose registration fits. */
export interface ReadCredential extends AuthenticatorState {
  /** In base64url. */
  readonly credentialId: string;
  /** The COSE_Key as received: `verifyAssertion` takes it. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** The COSE number of its algorithm. */
  readonly algorithm: number;
  /** At most 8 of at most 16 characters: hints for `allow` and `exclude`. */
  readonly transports: readonly string[];
  /** The model, as a UUID: a claim, unless `attested`. */
  readonly aaguid: string;
}

/** A credential that was registered: what to keep of it. */
export interface MadeCredential extends ReadCredential {
  /** Whether `attestation.attest` trusts it; `false` without that option. */
  readonly attested: boolean;
  /** Whether `attestation.attest` says, of one that it trusts, that hardware holds the key. */
  readonly hardware: boolean;
}

/** The registered formats. Of all but `none` and self-signed `packed`, only `attestation.attest` reads the statement. */
const FORMATS = /^(?:none|packed|tpm|android-(?:key|safetynet)|fido-u2f|apple|compound)$/;

/** @see https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential */
export async function verifyRegistration(
  options: CheckedOptions,
  response: unknown,
  { challenge }: { readonly challenge: string },
): Promise<MadeCredential> {
  const { id, inner, hash } = openCeremony(options, response, { type: 'webauthn.create', challenge });
  const { fmt, attStmt, authData } = readAttestationObject(readField(inner, 'attestationObject'));
  const [state, credential] = await readAuthenticatorData(options, authData);
  demand(credential, 'authenticatorData');
  const { publicKey } = credential;
  demand(encodeBase64url(credential.id) === id, 'id');
  const key = await importCoseKey(publicKey);
  const { algorithm } = key;
  demand(options.algorithms.includes(algorithm), 'algorithm');

  // Step 22, as far as no certificate is needed.
  demand(FORMATS.test(fmt), 'format');
  if (fmt === 'none') demand(attStmt.size === 0, 'attestation');
  if (fmt === 'packed' && !attStmt.has('x5c')) {
    const signature: unknown = attStmt.get('sig');
    demand(attStmt.get('alg') === algorithm && signature instanceof Uint8Array, 'attestation');
    demand(await key.verify(signature as Uint8Array<ArrayBuffer>, authData, await hash), 'attestation');
  }
  const aaguid = hexOf(credential.aaguid).replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const made = { credentialId: id, publicKey, algorithm, ...state, transports: readTransports(inner), aaguid };
  const verdict = await options.attestation?.attest({ ...made, response, challenge, fmt });
  const attested = verdict?.trusted ?? false;
  return { ...made, attested, hardware: attested && verdict?.hardware === true };
}

interface AttestationObject {
  readonly fmt: string;
  /** Of `compound` a list, which only `attestation.attest` reads. */
  readonly attStmt: CborMap;
  readonly authData: Uint8Array<ArrayBuffer>;
}

function readAttestationObject(bytes: Uint8Array<ArrayBuffer>): AttestationObject {
  const [object, end] = readCbor(bytes, 0);
  demand(object instanceof Map && object.size === 3 && end === bytes.length, 'attestation');
  const parts: Readonly<Record<string, unknown>> = Object.fromEntries(object);
  const statement = parts['attStmt'] instanceof Map || parts['fmt'] === 'compound';
  demand(typeof parts['fmt'] === 'string' && statement && parts['authData'] instanceof Uint8Array, 'attestation');
  return parts as unknown as AttestationObject;
}
