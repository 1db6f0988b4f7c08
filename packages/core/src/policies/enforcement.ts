/** Enforcement: the instant from which a user must have a second factor. */
import type { MfaRecord } from '../record/record.ts';

/** Whether policy requires MFA of this user at this instant. Before it, a grace period runs. */
export function isEnforced({ enforcement }: MfaRecord, now: number): boolean {
  return enforcement !== null && now >= enforcement.from;
}
