/** readAuthenticatorData: what the authenticator says about itself and the user, and the credential that it made. */
import { readCbor } from './cbor.ts';
import { demand } from './ceremony-error.ts';
import type { CheckedOptions } from './options.ts';
import { sha256 } from './sha256.ts';

/** What both ceremonies report. */
export interface AuthenticatorState {
  /** The counter of signatures; 0 if the authenticator has none. */
  readonly signCount: number;
  /** By PIN, fingerprint or the like, in this ceremony. */
  readonly userVerified: boolean;
  /** Whether the key may be synced to other devices. */
  readonly backupEligible: boolean;
  /** Whether it is synced now. */
  readonly backedUp: boolean;
}

/** A credential that was made. */
interface AttestedCredential {
  readonly aaguid: Uint8Array;
  readonly id: Uint8Array;
  /** A COSE_Key. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

/** What the data are; only those of registrations hold a credential. */
export type AuthenticatorData = readonly [state: AuthenticatorState, credential?: AttestedCredential | undefined];

/**
 * Reads all of it, and takes steps 14 to 17 of a registration, 15 to 18 of an authentication.
 *
 * @param requireUserVerification - also if the option is `preferred`
 * @throws {CeremonyError} `authenticatorData`, `cbor`, `rpIdHash`, `userPresent`, `userVerified`, `backupState`
 * @see https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data
 */
export async function readAuthenticatorData(
  options: CheckedOptions,
  bytes: Uint8Array<ArrayBuffer>,
  requireUserVerification?: boolean,
): Promise<AuthenticatorData> {
  fits(bytes.length > 36);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const has = (flag: number): boolean => (view.getUint8(32) & flag) !== 0;
  const userVerified = has(0x04);
  const backupEligible = has(0x08);
  const backedUp = has(0x10);

  let at = 37;
  let credential: AttestedCredential | undefined;
  if (has(0x40)) {
    fits(bytes.length > 55);
    const keyAt = 55 + view.getUint16(53);
    // Step 25. That the id is there shows with the key behind it.
    fits(keyAt > 55 && keyAt <= 55 + 1023);
    at = readCbor(bytes, keyAt)[1];
    credential = {
      aaguid: bytes.subarray(37, 53),
      id: bytes.subarray(55, keyAt),
      publicKey: bytes.slice(keyAt, at),
    };
  }
  if (has(0x80)) {
    // Extensions may be ignored, but have to be there.
    const [extensions, end] = readCbor(bytes, at);
    fits(extensions instanceof Map);
    at = end;
  }
  fits(at === bytes.length);

  options.rpIdHash ??= await sha256(new TextEncoder().encode(options.rpId));
  demand(
    options.rpIdHash.every((byte, index) => byte === bytes[index]),
    'rpIdHash',
  );
  demand(has(0x01), 'userPresent');
  demand(userVerified || !(requireUserVerification || options.userVerification === 'required'), 'userVerified');
  demand(backupEligible || !backedUp, 'backupState');
  return [{ signCount: view.getUint32(33), userVerified, backupEligible, backedUp }, credential];
}

function fits(met: unknown): asserts met {
  demand(met, 'authenticatorData');
}
