/** setup: stages a new factor beside what is active, until its first code confirms it. */
import type { Attempt } from '../attempts/attempt.ts';
import { enrollTokenBarrier } from '../attempts/challenge.ts';
import { accept, refuse, type Change, type Transition } from '../attempts/decision.ts';
import type { Challenge } from '../crypto/challenge-token.ts';
import { MfaError } from '../errors.ts';
import type { UsedFactor } from '../events.ts';
import type { MfaRecord, PendingSetup } from '../record/record.ts';

/**
 * Stages the first factor.
 * @param challenge - the enroll token; `null` for a signed-in user
 * @param epoch - of the record when the call began: a setup that was under way during a reset is refused
 * @param pending - `null` for a dry run, before backup codes are hashed: refuses if staging would be refused
 */
export function firstSetup(
  challenge: Challenge | null,
  epoch: number,
  pending: PendingSetup | null,
): Transition<undefined> {
  return (record, context) => {
    const barrier = challenge === null ? null : enrollTokenBarrier(record, challenge, context);
    if (barrier !== null) return refuse(barrier);
    if (record.factors.length > 0) return refuse(new MfaError('already_enabled'));
    if (record.epoch !== epoch) return refuse(new MfaError('contention'));
    return accept(undefined, pending && stage(record, pending, null));
  };
}

/** Stages a further factor, proven by one that is active. The backup codes stay. */
export function furtherSetupAttempt(pending: PendingSetup, epoch: number): Attempt<undefined> {
  return {
    operation: 'setup',
    barrier(record, { policy }) {
      if (record.epoch !== epoch) return new MfaError('contention');
      return record.factors.length < policy.maxFactors ? null : new MfaError('too_many_factors');
    },
    apply: (record, used) => ({ ...stage(record, pending, used), result: undefined }),
  };
}

function stage(record: MfaRecord, pending: PendingSetup, provenBy: UsedFactor | null): Change {
  return {
    record: { ...record, pending },
    events: [{ type: 'setup_started', factorId: pending.factor.id, provenBy }],
  };
}
