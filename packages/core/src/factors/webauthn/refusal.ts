/** Refusal: a passkey's answer that does not belong to any factor of the user, or does not fit what was asked. */
import { MfaError, type MfaErrorCode } from '../../errors.ts';
import type { Verdict } from '../factor-kind.ts';

/** @param cause - what the verifier threw */
export function refusal(code: MfaErrorCode, cause?: unknown): Verdict {
  return { outcome: 'malformed', error: new MfaError(code, { cause }) };
}
