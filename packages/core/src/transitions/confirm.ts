/** confirm: the first answer of a staged factor makes it active. */
import { enrollTokenBarrier, voidChallenges } from '../attempts/challenge.ts';
import { refuseUnreadable } from '../attempts/attempt.ts';
import { accept, refuse, type Decision, type Transition, type TransitionContext } from '../attempts/decision.ts';
import type { Challenge } from '../crypto/challenge-token.ts';
import { invalidInput, MfaError } from '../errors.ts';
import type { EventDetail, RefusalReason } from '../events.ts';
import type { EnrolledKind, Weigh } from '../factors/factor-kind.ts';
import { reseal } from '../factors/reseal.ts';
import type { ActiveFactor } from '../factors/stored.ts';
import { clearFailures } from '../policies/lockout.ts';
import type { Lockout, MfaRecord, PendingSetup } from '../record/record.ts';
import type { Acceptance } from './verify.ts';

/**
 * @param weigh - weighs the first answer, parsed by `kind`
 * @param challenge - the enroll token, if the confirmation is also a sign-in
 */
export function confirm(kind: EnrolledKind, weigh: Weigh, challenge: Challenge | null): Transition<Acceptance> {
  return (record, context) => {
    const { now } = context;
    const barrier = challenge === null ? null : enrollTokenBarrier(record, challenge, context);
    if (barrier !== null) return refuse(barrier);
    const { pending } = record;
    if (pending === null)
      return refuse(new MfaError(record.factors.length > 0 ? 'already_enabled' : 'setup_not_started'));
    if (now >= pending.expiresAt) return refuse(new MfaError('setup_expired'));
    if (pending.factor.kind !== kind.method) {
      return refuse(invalidInput(kind.field, 'does not belong to the factor that is being set up'));
    }

    const verdict = weigh({ ...record, factors: [kind.unused(pending.factor)] }, context);
    switch (verdict.outcome) {
      case 'right':
        return activate(record, pending, verdict.record.factors, challenge, context);
      case 'malformed':
        return refuse(verdict.error);
      case 'unreadable':
        return refuseUnreadable(record, 'confirm', verdict, context);
      case 'wrong':
      case 'replayed':
        return countWrongAnswer(record, pending, verdict.reason, context);
    }
  };
}

/** A budget of its own: wrong answers void the setup, and never lock the account. */
function countWrongAnswer(
  record: MfaRecord,
  pending: PendingSetup,
  reason: RefusalReason,
  { policy }: TransitionContext,
): Decision<never> {
  const failures = pending.failures + 1;
  const refused: EventDetail = { type: 'attempt_refused', operation: 'confirm', reason, failures };
  const error = new MfaError(reason);
  return failures < policy.lockout.maxFailures
    ? refuse(error, { record: { ...record, pending: { ...pending, failures } }, events: [refused] })
    : refuse(error, {
        record: { ...record, pending: null },
        events: [refused, { type: 'setup_voided', factorId: pending.factor.id }],
      });
}

/**
 * The lockout as the new factor finds it. The first factor begins a streak that no earlier life of the user had: what
 * was charged before `forget` does not count as charged in the new one.
 */
function nextLockout(record: MfaRecord, signsIn: boolean, now: number): Lockout {
  const lockout = signsIn ? clearFailures(record.lockout) : record.lockout;
  return record.factors.length > 0 ? lockout : { ...lockout, streak: Math.max(lockout.streak + 1, now) };
}

function activate(
  record: MfaRecord,
  { factor: { kind, id }, backupCodes }: PendingSetup,
  activated: readonly ActiveFactor[],
  challenge: Challenge | null,
  context: TransitionContext,
): Decision<Acceptance> {
  const { now } = context;
  const active = reseal(
    {
      ...voidChallenges(record, now), // this one included
      factors: [...record.factors, ...activated],
      backupCodes: backupCodes ?? record.backupCodes,
      pending: null,
      lockout: nextLockout(record, challenge !== null, now),
    },
    context,
  );
  const used = { method: kind, factorId: id };
  const backupCodesRemaining = active.backupCodes?.remaining ?? 0;
  const added: EventDetail = { type: 'factor_added', factorId: id, first: record.factors.length === 0 };
  const { failures } = active.lockout;
  const verified: EventDetail = { type: 'verified', operation: 'confirm', failures, backupCodesRemaining, ...used };
  return accept({ used, at: now }, { record: active, events: challenge === null ? [added] : [added, verified] });
}
