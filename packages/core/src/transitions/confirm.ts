/** confirm: the first code of a staged factor makes it active. */
import type { Challenge } from '../crypto/challenge-token.ts';
import { MfaError } from '../errors.ts';
import type { EventDetail } from '../events.ts';
import { matchTotp } from '../factors/totp.ts';
import { clearFailures } from '../policies/lockout.ts';
import type { Lockout, MfaRecord, PendingSetup } from '../record.ts';
import { enrollTokenBarrier, voidChallenges } from './challenge.ts';
import { accept, refuse, type Decision, type Transition, type TransitionContext } from './decision.ts';
import { codeLengthError } from './evidence.ts';
import { reseal, totpSecretContext } from './reseal.ts';
import type { Acceptance } from './verify.ts';

/** The accepted first code of a factor. */
export interface Confirmation extends Acceptance {
  readonly factorId: string;
}

/**
 * @param code - 6 to 8 digits
 * @param challenge - the enroll token, where the confirmation is also a sign-in
 */
export function confirm(code: string, challenge: Challenge | null): Transition<Confirmation> {
  return (record, context) => {
    const { now, policy, secrets, userId } = context;
    const barrier = challenge === null ? null : enrollTokenBarrier(record, challenge, now);
    if (barrier !== null) return refuse(barrier);
    const { pending } = record;
    if (pending === null)
      return refuse(new MfaError(record.factors.length > 0 ? 'already_enabled' : 'setup_not_started'));
    if (now >= pending.expiresAt) return refuse(new MfaError('setup_expired'));
    const { factor } = pending;
    if (code.length !== factor.digits) return refuse(codeLengthError([factor]));

    const secret = secrets.open(factor.secret, totpSecretContext(userId, factor.id));
    if (secret === null) {
      const event: EventDetail = { type: 'secret_unreadable', operation: 'confirm' };
      return refuse(new MfaError('secret_unreadable'), { record, events: [event] });
    }
    const step = matchTotp(secret, code, factor, now, policy.windowSteps);
    return step === null
      ? countWrongCode(record, pending, context)
      : activate(record, pending, step, challenge, context);
  };
}

/** A budget of its own: wrong codes void the setup, and never lock the account. */
function countWrongCode(record: MfaRecord, pending: PendingSetup, { policy }: TransitionContext): Decision<never> {
  const failures = pending.failures + 1;
  const refused: EventDetail = { type: 'attempt_refused', operation: 'confirm', reason: 'invalid_code', failures };
  const error = new MfaError('invalid_code');
  return failures < policy.lockout.maxFailures
    ? refuse(error, { record: { ...record, pending: { ...pending, failures } }, events: [refused] })
    : refuse(error, {
        record: { ...record, pending: null },
        events: [refused, { type: 'setup_voided', factorId: pending.factor.id }],
      });
}

/**
 * The lockout as the new factor finds it. With the first factor begins a streak that no earlier life of the user had:
 * what was charged before `forget` does not count as charged in the new one.
 */
function nextLockout(record: MfaRecord, signsIn: boolean, now: number): Lockout {
  const lockout = signsIn ? clearFailures(record.lockout) : record.lockout;
  return record.factors.length > 0 ? lockout : { ...lockout, streak: Math.max(lockout.streak + 1, now) };
}

function activate(
  record: MfaRecord,
  { factor, backupCodes }: PendingSetup,
  step: number,
  challenge: Challenge | null,
  context: TransitionContext,
): Decision<Confirmation> {
  const { now } = context;
  const active = reseal(
    {
      ...voidChallenges(record, now), // this one included
      factors: [...record.factors, { ...factor, lastStep: step, lastUsedAt: now }],
      backupCodes: backupCodes ?? record.backupCodes,
      pending: null,
      lockout: nextLockout(record, challenge !== null, now),
    },
    context,
  );
  const used = { method: 'totp', factorId: factor.id } as const;
  const backupCodesRemaining = active.backupCodes?.remaining ?? 0;
  const added: EventDetail = { type: 'factor_added', factorId: factor.id, first: record.factors.length === 0 };
  const { failures } = active.lockout;
  const verified: EventDetail = { type: 'verified', operation: 'confirm', failures, backupCodesRemaining, ...used };
  return accept(
    { used, at: now, backupCodesRemaining, factorId: factor.id },
    { record: active, events: challenge === null ? [added] : [added, verified] },
  );
}
