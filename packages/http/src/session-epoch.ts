/** Session epoch: the counter by which sessions are revoked, as routes compare it. */
import { MfaError, type RequestContext } from '@mfakit/core';

/**
 * What changes something is compared in the core, in the same swap.
 * @param current - the user's epoch, read together with the answer or after it
 * @throws {MfaError} `session_revoked` if the session tells another one
 */
export function assertCurrent({ sessionEpoch }: RequestContext, current: number): void {
  if (sessionEpoch !== undefined && sessionEpoch !== current) throw new MfaError('session_revoked');
}
