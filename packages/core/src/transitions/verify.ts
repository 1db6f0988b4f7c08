/** verify and stepUp: a second factor is accepted. */
import type { Attempt } from '../attempts/attempt.ts';
import { spendChallenge, verifyTokenBarrier } from '../attempts/challenge.ts';
import type { Challenge } from '../crypto/challenge-token.ts';
import { trustDevice, type TrustRequest } from '../devices/change.ts';
import type { DeviceCookie } from '../devices/cookie.ts';
import type { UsedFactor } from '../events.ts';

/** A second factor that was accepted, and when. */
export interface Acceptance {
  readonly used: UsedFactor;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What a browser that is trusted from now on is to keep. */
  readonly device?: Required<DeviceCookie>;
}

/**
 * @param challenge - the token to spend; `null`: a signed-in user gives fresh proof
 * @param trust - the browser to trust, if the user asked for it
 */
export function verifyAttempt(challenge: Challenge | null, trust: TrustRequest | null = null): Attempt<Acceptance> {
  const operation = challenge === null ? 'stepUp' : 'verify';
  return {
    operation,
    barrier: (record, { now }) => (challenge === null ? null : verifyTokenBarrier(record, challenge, now)),
    apply: (record, used, context) => {
      const { now } = context;
      const backupCodesRemaining = record.backupCodes?.remaining ?? 0;
      const spent = challenge === null ? record : spendChallenge(record, challenge, now);
      const trusted = trust === null ? null : trustDevice(spent, used, trust, context);
      const { failures } = record.lockout;
      return {
        record: trusted?.change.record ?? spent,
        events: [
          { type: 'verified', operation, failures, backupCodesRemaining, ...used },
          ...(trusted?.change.events ?? []),
        ],
        result: { used, at: now, ...(trusted !== null && { device: trusted.result }) },
      };
    },
  };
}
