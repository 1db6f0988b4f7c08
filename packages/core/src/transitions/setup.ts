/** setup: stages a new factor beside what is active, until its first code confirms it. */
import type { Attempt } from '../attempts/attempt.ts';
import type { PasswordAttempt } from '../attempts/password-alone.ts';
import { enrollTokenBarrier } from '../attempts/challenge.ts';
import { accept, refuse, type Change, type Transition, type TransitionContext } from '../decision.ts';
import type { Challenge } from '../crypto/challenge-token.ts';
import { MfaError } from '../errors.ts';
import type { UsedFactor } from '../events.ts';
import type { MfaRecord, PendingSetup } from '../record/record.ts';

/**
 * Stages the first factor.
 * @param challenge - the enroll token; `null` for a signed-in user
 * @param epoch - of the record when the call began: a setup that was under way during a reset is refused
 */
export function firstSetup(challenge: Challenge | null, epoch: number, pending: PendingSetup): Transition<undefined> {
  return (record, context) => {
    const barrier = firstSetupBarrier(record, { challenge, epoch }, context);
    return barrier === null ? accept(undefined, stage(record, pending, null)) : refuse(barrier);
  };
}

/** Stages the first factor of a user who proves the password: because the sign-in is too long ago, or of their own accord. */
export function firstSetupAttempt(epoch: number, pending: PendingSetup): PasswordAttempt<undefined> {
  return {
    operation: 'setup',
    byPasswordAlone: true,
    barrier: (record, context) => firstSetupBarrier(record, { challenge: null, epoch }, context),
    apply: (record) => ({ ...stage(record, pending, null), result: undefined }),
  };
}

function firstSetupBarrier(
  record: MfaRecord,
  { challenge, epoch }: { readonly challenge: Challenge | null; readonly epoch: number },
  context: TransitionContext,
): MfaError | null {
  const barrier = challenge === null ? null : enrollTokenBarrier(record, challenge, context);
  if (barrier !== null) return barrier;
  if (record.factors.length > 0) return new MfaError('already_enabled');
  return record.epoch === epoch ? null : new MfaError('contention');
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

function stage(
  { voidedSetup: _ended, ...record }: MfaRecord,
  pending: PendingSetup,
  provenBy: UsedFactor | null,
): Change {
  const { id: factorId, kind } = pending.factor;
  return {
    record: { ...record, pending },
    events: [{ type: 'setup_started', factorId, kind, provenBy }],
  };
}
