/** Session epoch: the counter by which sessions are revoked, as routes compare and tell it. */
import { MfaError, type Mfa, type RequestContext } from '@mfakit/core';

/**
 * What changes something is compared in the core, in the same swap.
 * @param current - the user's epoch, read together with the answer or after it
 * @throws {MfaError} `session_revoked` if the session tells another one
 */
export function assertCurrent({ sessionEpoch }: RequestContext, current: number): void {
  if (sessionEpoch !== undefined && sessionEpoch !== current) throw new MfaError('session_revoked');
}

/**
 * The epoch of the user's sessions before a call that does not move it. Read before and not after: a session that was
 * revoked in between must not be given the new one.
 */
export async function epochOf(mfa: Mfa, userId: string, { sessionEpoch }: RequestContext): Promise<number> {
  return sessionEpoch ?? (await mfa.status(userId)).sessionEpoch;
}
