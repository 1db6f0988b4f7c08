/** The password alone: what proves an operation of a user who has no second factor yet. */
import { MfaError } from '../errors.ts';
import type { EventDetail, Operation } from '../events.ts';
import { clearFailures, isLocked, lockedError, lockEnd, oneMoreFailure } from '../policies/lockout.ts';
import type { MfaRecord } from '../record/record.ts';
import { accept, refuse, type Change, type Transition, type TransitionContext } from './decision.ts';

/** An operation that the password alone proves. */
export interface PasswordAttempt<T> {
  readonly operation: Operation;
  /** @returns a refusal that needs no proof and is not counted, or `null` */
  barrier(record: MfaRecord, context: TransitionContext): MfaError | null;
  /** What it does once it is proven. In `record` the failures are cleared. */
  apply(record: MfaRecord, context: TransitionContext): Change & { readonly result: T };
}

/** The streak in which an attempt was counted: after an unlock or a success the charge is gone. */
export type PasswordCharge = Readonly<{ streak: number }>;

type Gate = Omit<PasswordAttempt<unknown>, 'apply'>;

/** Counts the attempt as failed before the password is checked: a crash from here on leaves it counted. */
export function chargePassword(gate: Gate): Transition<PasswordCharge> {
  return (record, context) => {
    const refused = admit(record, gate, null, context);
    if (refused !== null) return refuse(refused);
    const { record: next, locked } = countFailure(record, context);
    const { failures, streak } = next.lockout;
    const charged: EventDetail = { type: 'attempt_charged', operation: gate.operation, failures };
    return accept({ streak }, { record: next, events: [charged, ...locked] });
  };
}

/** The password is right. For a user without a second factor that is a full success, and clears every failure. */
export function settlePassword<T>(attempt: PasswordAttempt<T>, charged: PasswordCharge): Transition<T> {
  return (record, context) => {
    const refused = admit(record, attempt, charged, context);
    if (refused !== null) return refuse(refused);
    const locked = isLocked(record.lockout, context.now);
    const cleared = { ...record, lockout: clearFailures(record.lockout) };
    const { result, record: next, events } = attempt.apply(cleared, context);
    const lifted: EventDetail[] = locked ? [{ type: 'account_unlocked', by: 'success' }] : [];
    return accept(result, { record: next, events: [...lifted, ...events] });
  };
}

/** The password is wrong. It is counted anew if a success or an unlock has wiped the charge. */
export function settleWrongPassword(gate: Gate, charged: PasswordCharge): Transition<never> {
  return (record, context) => {
    const refused = admit(record, gate, charged, context);
    if (refused !== null) return refuse(refused);
    const counted = charged.streak === record.lockout.streak;
    const { record: next, locked } = counted ? { record, locked: [] } : countFailure(record, context);
    const { operation } = gate;
    const { failures } = next.lockout;
    const event: EventDetail = { type: 'attempt_refused', operation, reason: 'invalid_password', failures };
    return refuse(new MfaError('invalid_password'), { record: next, events: [event, ...locked] });
  };
}

function admit(
  record: MfaRecord,
  gate: Gate,
  charged: PasswordCharge | null,
  context: TransitionContext,
): MfaError | null {
  const locked = isLocked(record.lockout, context.now) && charged?.streak !== record.lockout.streak;
  return gate.barrier(record, context) ?? (locked ? lockedError(record.lockout) : null);
}

function countFailure(
  record: MfaRecord,
  { policy, now }: TransitionContext,
): { readonly record: MfaRecord; readonly locked: readonly EventDetail[] } {
  const lockout = oneMoreFailure(record.lockout, { password: true, inSession: true }, { policy: policy.lockout, now });
  const { failures, lockedUntil } = lockout;
  const until = lockEnd(lockedUntil)?.getTime() ?? null;
  const locked: EventDetail[] = lockedUntil === null ? [] : [{ type: 'account_locked', until, failures }];
  return { record: { ...record, lockout }, locked };
}
