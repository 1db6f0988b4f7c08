/** CeremonyError: the step of a ceremony that a response failed. */

/**
 * The step that failed: what was read, or what was compared.
 *
 * - `response`: a field is missing, of another type, not base64url, or too long
 * - `id`: `id` is not `rawId`, or not the id of the credential that was made
 * - `json`, `type`, `challenge`, `origin`, `crossOrigin`, `topOrigin`: the client data
 * - `cbor`, `attestationObject`, `authenticatorData`: cannot be read
 * - `rpIdHash`, `userPresent`, `userVerified`, `backupState`: the authenticator data
 * - `publicKey`, `algorithm`: the key, or its algorithm was not offered
 * - `format`, `attestation`: the attestation statement
 */
export type CeremonyStep =
  | 'response'
  | 'id'
  | 'json'
  | 'type'
  | 'challenge'
  | 'origin'
  | 'crossOrigin'
  | 'topOrigin'
  | 'cbor'
  | 'attestationObject'
  | 'authenticatorData'
  | 'rpIdHash'
  | 'userPresent'
  | 'userVerified'
  | 'backupState'
  | 'publicKey'
  | 'algorithm'
  | 'format'
  | 'attestation';

/** A response that does not fit its ceremony. It names the step, and never a value. */
export class CeremonyError extends Error {
  override readonly name = 'CeremonyError';
  /** The step that failed. */
  readonly step: CeremonyStep;

  /** @param step - the step that failed */
  constructor(step: CeremonyStep) {
    super(`webauthn: the response fails at ${step}`);
    this.step = step;
  }
}

/** @throws {CeremonyError} the step, unless `met` */
export function demand(met: boolean, step: CeremonyStep): asserts met {
  if (!met) throw new CeremonyError(step);
}
