/** The login route during the change: after the right password, one of the two systems judges the code. */
import { MfaError, type Mfa } from '@mfakit/core';
import { oldVerify, type OldUser } from './old-login.ts';

/** What the second step said. */
export type Outcome = 'signed in' | 'signed in by the old system' | `refused: ${string}`;

/** @param code - empty if the user has none */
export async function secondStep(mfa: Mfa, user: OldUser, code: string, nowMs: number): Promise<Outcome> {
  const step = await mfa.begin(user.id);
  if (step.next === 'verify') {
    try {
      await mfa.verify({ token: step.token, code });
      return 'signed in';
    } catch (error) {
      if (!(error instanceof MfaError)) throw error;
      return `refused: ${error.code}`;
    }
  }
  // Not imported yet: `begin` knows no factor, and the column still counts. Drop these lines with the column.
  if (user.totpEnabled) {
    return oldVerify(user, code, nowMs) ? 'signed in by the old system' : 'refused: by the old system';
  }
  return 'signed in';
}
