/** verifyRegistration: the relying party's steps for a new credential. */
import { readAuthenticatorData, type AuthenticatorState } from './authenticator-data.ts';
import { encodeBase64url } from './base64url.ts';
import { readCbor, type Cbor, type CborMap } from './cbor.ts';
import { demand } from './ceremony-error.ts';
import { checkClientData } from './client-data.ts';
import { importCoseKey } from './cose-key.ts';
import type { CheckedOptions } from './options.ts';
import { openResponse, readField, readTransports } from './response.ts';
import { signedBytes } from './signed-bytes.ts';
import { isSoundKey } from './sound-key.ts';

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
const FORMATS = ['none', 'packed', 'tpm', 'android-key', 'android-safetynet', 'fido-u2f', 'apple', 'compound'];

/** @see https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential */
export async function verifyRegistration(
  options: CheckedOptions,
  response: unknown,
  challenge: string,
): Promise<MadeCredential> {
  const { id, inner } = openResponse(response);
  const clientData = readField(inner, 'clientDataJSON');
  checkClientData(clientData, { ...options, type: 'webauthn.create', challenge });
  const { fmt, attStmt, authData } = readAttestationObject(readField(inner, 'attestationObject'));
  const needsUser = options.userVerification === 'required';
  const { state, credential } = await readAuthenticatorData(authData, options.rpId, needsUser);
  demand(credential !== undefined, 'authenticatorData');
  const { publicKey } = credential;
  demand(encodeBase64url(credential.id) === id, 'id');

  const key = await importCoseKey(publicKey);
  const { algorithm } = key;
  demand(options.algorithms.includes(algorithm), 'algorithm');
  demand(isSoundKey(key), 'publicKey');

  // Step 22, as far as no certificate is needed.
  demand(FORMATS.includes(fmt), 'format');
  if (attStmt instanceof Map) {
    demand(fmt !== 'none' || attStmt.size === 0, 'attestation');
    if (fmt === 'packed' && !attStmt.has('x5c')) {
      const signature: unknown = attStmt.get('sig');
      demand(attStmt.size === 2 && attStmt.get('alg') === algorithm && signature instanceof Uint8Array, 'attestation');
      const signed = await key.verify(Uint8Array.from(signature), await signedBytes(authData, clientData));
      demand(signed, 'attestation');
    }
  }
  const aaguid = uuid(credential.aaguid);
  const transports = readTransports(inner);
  const made = { credentialId: id, publicKey, algorithm, ...state, transports, aaguid };
  const verdict = await options.attestation?.attest({ ...made, response, challenge, fmt });
  const attested = verdict?.trusted === true;
  return { ...made, attested, hardware: attested && verdict.hardware === true };
}

interface AttestationObject {
  readonly fmt: string;
  readonly attStmt: CborMap | readonly Cbor[];
  readonly authData: Uint8Array<ArrayBuffer>;
}

function readAttestationObject(bytes: Uint8Array<ArrayBuffer>): AttestationObject {
  const [object, end] = readCbor(bytes, 0);
  demand(object instanceof Map && object.size === 3 && end === bytes.length, 'attestationObject');
  const { fmt, attStmt, authData }: Readonly<Record<string, unknown>> = Object.fromEntries(object);
  const statement = fmt === 'compound' ? Array.isArray(attStmt) : attStmt instanceof Map;
  demand(typeof fmt === 'string' && statement && authData instanceof Uint8Array, 'attestationObject');
  return { fmt, attStmt, authData } as AttestationObject;
}

function uuid(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
