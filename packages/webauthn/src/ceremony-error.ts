/** CeremonyError: the step of a ceremony that a response failed. */

/**
 * The step that failed: what was read, or what was compared.
 *
 * - `response`: a field is missing, of another type, not base64url, or too long
 * - `id`: `id` is not `rawId`, or not the id of the credential that was made
 * - `json`, `type`, `challenge`, `origin`, `crossOrigin`, `topOrigin`: the client data
 * - `cbor`, `authenticatorData`: cannot be read
 * - `rpIdHash`, `userPresent`, `userVerified`, `backupState`: the authenticator data
 * - `publicKey`, `algorithm`: the key, or its algorithm was not offered
 * - `format`, `attestation`: the attestation object
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
    super(`webauthn: fails at ${step}`);
    this.step = step;
  }
}

/** @throws {CeremonyError} the step, unless `met` */
export function demand(met: unknown, step: CeremonyStep): asserts met {
  if (!met) throw new CeremonyError(step);
}

/**
 * What `run` returns. What it throws is not passed on, not even as the cause: parsers quote what they read.
 *
 * @throws {CeremonyError} the step
 */
export function attempt<T>(step: CeremonyStep, run: () => T): T {
  try {
    return run();
  } catch {
    throw new CeremonyError(step);
  }
}
