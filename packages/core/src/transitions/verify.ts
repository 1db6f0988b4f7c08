/** verify and stepUp: a second factor is accepted. */
import type { Attempt } from '../attempts/attempt.ts';
import { spendChallenge, verifyTokenBarrier } from '../attempts/challenge.ts';
import type { Challenge } from '../crypto/challenge-token.ts';
import type { UsedFactor } from '../events.ts';

/** A second factor that was accepted, and when. */
export interface Acceptance {
  readonly used: UsedFactor;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** @param challenge - the token to spend; `null`: a signed-in user gives fresh proof */
export function verifyAttempt(challenge: Challenge | null): Attempt<Acceptance> {
  const operation = challenge === null ? 'stepUp' : 'verify';
  return {
    operation,
    barrier: (record, { now }) => (challenge === null ? null : verifyTokenBarrier(record, challenge, now)),
    apply: (record, used, { now }) => {
      const backupCodesRemaining = record.backupCodes?.remaining ?? 0;
      return {
        record: challenge === null ? record : spendChallenge(record, challenge, now),
        events: [{ type: 'verified', operation, failures: record.lockout.failures, backupCodesRemaining, ...used }],
        result: { used, at: now },
      };
    },
  };
}
