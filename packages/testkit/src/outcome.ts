/** outcomeOf: how a call ended, as one word. */
import { MfaError, type MfaErrorCode } from '@mfakit/core';

/**
 * Waits for a call and says how it ended.
 *
 * @returns `accepted`, or the code of the refusal
 * @throws whatever the call throws that is not an `MfaError`: that is a defect, not a refusal
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { outcomeOf, testApplication } from '@mfakit/testkit';
 *
 * const { mfa, enroll } = testApplication();
 * const ann = await enroll('ann');
 * assert.equal(await outcomeOf(mfa.stepUp('ann', { code: ann.code() })), 'accepted');
 * assert.equal(await outcomeOf(mfa.stepUp('ann', { code: ann.code() })), 'code_already_used');
 * ```
 */
export async function outcomeOf(call: Promise<unknown>): Promise<'accepted' | MfaErrorCode> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    if (error instanceof MfaError) return error.code;
    throw error;
  }
}
