/** confirm: the first answer of a staged factor makes it active. */
import { enrollTokenBarrier, spendChallenge, voidChallenges } from '../attempts/challenge.ts';
import { refuseUnreadable } from '../attempts/attempt.ts';
import { accept, refuse, type Decision, type Transition, type TransitionContext } from '../decision.ts';
import type { Challenge } from '../crypto/challenge-token.ts';
import { invalidInput, MfaError } from '../errors.ts';
import type { EventDetail, RefusalReason, UsedFactor } from '../events.ts';
import { openPending, type DrawnCodes } from '../factors/backup-codes/backup-code-kind.ts';
import { codesLeft, type BackupCodeSet } from '../factors/backup-codes/stored.ts';
import type { EnrolledKind, WeighFirst } from '../factors/factor-kind.ts';
import { reseal } from '../factors/reseal.ts';
import type { ActiveFactor } from '../factors/stored.ts';
import { beginStreaks, clearFailures } from '../policies/lockout.ts';
import type { Lockout, MfaRecord, PendingSetup } from '../record/record.ts';
import type { Acceptance } from './verify.ts';

/** A first answer, parsed by `kind`, and the enroll token if the confirmation is also a sign-in. */
export interface Confirmation {
  readonly kind: EnrolledKind;
  readonly weigh: WeighFirst;
  /** The factor that is meant; `null`: whichever setup waits. */
  readonly factorId: string | null;
  readonly challenge: Challenge | null;
}

/** The answer is right, but nothing is changed yet: first these codes must be hashed. */
export interface CodesToHash {
  readonly factorId: string;
  readonly drawn: DrawnCodes;
  /** When the answer was right, in epoch milliseconds. */
  readonly at: number;
}

/** The codes of a setup, hashed. */
export interface HashedCodes extends Omit<CodesToHash, 'drawn'> {
  readonly set: BackupCodeSet;
}

/** A factor that was activated. */
export interface Activation extends Acceptance {
  /** Whether the setup checked the password. */
  readonly password: boolean;
}

/**
 * Activates the staged factor, or says what must be hashed first. Hashing takes time, so everything is asked again when it
 * is done, but the answer is weighed as of the instant at which it was right: our slowness does not make it wrong.
 * @param hashed - `null` before anything was hashed; if another setup waits by now, it is passed over
 */
export function confirm(
  { kind, weigh, factorId, challenge }: Confirmation,
  hashed: HashedCodes | null,
): Transition<Activation | CodesToHash> {
  return (record, context) => {
    const { now, userId, secrets } = context;
    // Its own success voided the token. A second tab should hear of the success, not of the token.
    if (isActive(record, factorId)) return refuse(new MfaError('setup_confirmed'));
    const barrier = challenge === null ? null : enrollTokenBarrier(record, challenge, context);
    if (barrier !== null) return refuse(barrier);
    const pending = pendingSetup(record, factorId, now);
    if (pending instanceof MfaError) return refuse(pending);
    if (pending.factor.kind !== kind.method) {
      return refuse(invalidInput(kind.field, 'does not belong to the factor that is being set up'));
    }

    const { factor, backupCodes } = pending;
    const ready = hashed !== null && hashed.factorId === factor.id && hashed.set.id === backupCodes?.id ? hashed : null;
    const at = ready?.at ?? now;
    const verdict = weigh(factor, record, { ...context, now: at });
    switch (verdict.outcome) {
      case 'right': {
        if (backupCodes !== null && ready === null) {
          const drawn = openPending(userId, backupCodes, secrets);
          return drawn === null
            ? refuseUnreadable(record, 'confirm', { unreadable: [backupCodes.id] }, context)
            : accept({ factorId: factor.id, drawn, at });
        }
        const set = ready?.set ?? record.backupCodes;
        const { factors } = verdict.record;
        return activate(
          { ...record, backupCodes: set },
          { pending, factors, used: verdict.used, challenge, at },
          context,
        );
      }
      case 'malformed':
        return refuse(verdict.error);
      case 'unreadable':
        return refuseUnreadable(record, 'confirm', verdict, context);
      case 'uncounted':
        return refuse(new MfaError(verdict.reason));
      case 'wrong':
        return countWrongAnswer(record, pending, verdict.reason, context);
    }
  };
}

function isActive({ factors }: MfaRecord, factorId: string | null): boolean {
  return factors.some(({ id }) => id === factorId);
}

/** The setup that is meant, or what became of it. No fate of a setup counts as a guess. */
function pendingSetup(record: MfaRecord, factorId: string | null, now: number): PendingSetup | MfaError {
  const { pending, voidedSetup, factors } = record;
  if (pending !== null && (factorId === null || factorId === pending.factor.id)) {
    return now < pending.expiresAt ? pending : new MfaError('setup_expired');
  }
  if (voidedSetup !== undefined && (factorId === null || factorId === voidedSetup)) return new MfaError('setup_voided');
  if (pending !== null) return new MfaError('setup_replaced');
  return new MfaError(factors.length > 0 ? 'already_enabled' : 'setup_not_started');
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
        record: { ...record, pending: null, voidedSetup: pending.factor.id },
        events: [refused, { type: 'setup_voided', factorId: pending.factor.id }],
      });
}

/** The lockout as the new factor finds it. */
function nextLockout(record: MfaRecord, signsIn: boolean, now: number): Lockout {
  const lockout = signsIn ? clearFailures(record.lockout) : record.lockout;
  return record.factors.length > 0 ? lockout : beginStreaks(lockout, now);
}

/** @param record - with the backup codes that are in force afterwards */
function activate(
  record: MfaRecord,
  activated: {
    readonly pending: PendingSetup;
    /** All factors, the new one among them. */
    readonly factors: readonly ActiveFactor[];
    readonly used: UsedFactor;
    readonly challenge: Challenge | null;
    /** When the answer was right. */
    readonly at: number;
  },
  context: TransitionContext,
): Decision<Activation> {
  const { now } = context;
  const { pending, factors, used, challenge, at } = activated;
  const { id, kind } = pending.factor;
  const signedIn = challenge === null ? record : spendChallenge(record, challenge, now);
  const active = reseal(
    {
      ...voidChallenges(signedIn, now),
      factors,
      pending: null,
      lockout: nextLockout(record, challenge !== null, now),
    },
    context,
  );
  const backupCodesRemaining = codesLeft(active.backupCodes, now);
  const added: EventDetail = { type: 'factor_added', factorId: id, kind, first: record.factors.length === 0 };
  const { failures } = active.lockout;
  const verified: EventDetail = { type: 'verified', operation: 'confirm', failures, backupCodesRemaining, ...used };
  return accept(
    { used, at, password: pending.password },
    { record: active, events: challenge === null ? [added] : [added, verified] },
  );
}
