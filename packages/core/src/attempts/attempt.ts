/** Attempts: the one place where an answer or a password is accepted, refused and counted. */
import type { Lease } from '../crypto/hash-queue.ts';
import { MfaError } from '../errors.ts';
import type { EventDetail, Operation, RefusalReason, UsedFactor } from '../events.ts';
import type { Objection, PassedOver, Verdict } from '../factors/factor-kind.ts';
import { reseal } from '../factors/reseal.ts';
import {
  clearCodeFailures,
  clearFailures,
  isLocked,
  isLockedInSession,
  keepCharge,
  lockedError,
  triesLeft,
} from '../policies/lockout.ts';
import { UNTIL_UNLOCK } from '../record/fields.ts';
import { oneMoreGuess } from '../policies/guesses.ts';
import type { Lockout, MfaRecord } from '../record/record.ts';
import {
  accept,
  refuse,
  type Change,
  type ChangeEvent,
  type Decision,
  type Transition,
  type TransitionContext,
} from '../decision.ts';
import { countFailure } from './count-failure.ts';
import type { ReadyAnswer, WeighAnswer } from './proof.ts';
import { recordOnce } from './uncounted.ts';

/** What can be asked of an operation before it is proven. */
export interface Gate {
  readonly operation: Operation;
  /** Present if the password alone proves it, of a user who has no second factor yet. */
  readonly byPasswordAlone?: true;
  /** @returns a refusal that needs no proof and is not counted, or `null` */
  barrier(record: MfaRecord, context: TransitionContext): MfaError | null;
}

/** An operation that a second factor must prove. */
export interface Attempt<T> extends Gate {
  /** What it does once it is proven. In `record` the answer is consumed and the failures are cleared. */
  apply(record: MfaRecord, used: UsedFactor, context: TransitionContext): Change & { readonly result: T };
}

/** An attempt that was counted before its slow work began. */
export interface Charge {
  /** The record as it was just before: the slow work is done against it, and its streaks say whether the charge stands. */
  readonly record: MfaRecord;
  /** Whether a password is part of the attempt. */
  readonly password: boolean;
  /** When it was counted. Epoch milliseconds. */
  readonly at: number;
}

/**
 * Counts an attempt as failed before its slow work: a crash from here on leaves it counted.
 * @param presented - `null` if the password is all of it
 * @param password - whether a password is part of it
 * @param lease - the places for its slow work: it is made to fit before anything is counted
 */
export function charge(
  gate: Gate,
  presented: ReadyAnswer | null,
  password: boolean,
  lease?: Lease,
): Transition<Charge> {
  const { operation } = gate;
  return (record, context) => {
    const { refused } = admit(record, gate, null, context);
    if (refused !== null) return refuse(refused);
    const objection = presented === null ? null : screen(presented, record, context, lease);
    if (objection !== null) return refuseObjection(record, operation, objection, null, context);
    const {
      record: next,
      failures,
      locked,
    } = countFailure(record, { password, inSession: isInSession(operation) }, context);
    return accept(
      { record, password, at: context.now },
      { record: next, events: [{ type: 'attempt_charged', operation, failures }, ...locked] },
    );
  };
}

/** What is cheap to weigh is weighed first: a wrong code never reaches the slow work. */
function screen(
  presented: ReadyAnswer,
  record: MfaRecord,
  context: TransitionContext,
  lease: Lease | undefined,
): Objection | null {
  if (presented.slow !== undefined) {
    if (lease === undefined) throw new Error('Slow work was begun without a place.');
    return presented.slow.screen(record, context, lease);
  }
  const verdict = presented.weigh(record, context, false);
  return verdict.outcome === 'right' ? null : verdict;
}

/**
 * Accepts or refuses by what the answer weighs.
 * @param charged - `null` if nothing was slow: counting and deciding are then one step
 */
export function settle<T>(attempt: Attempt<T>, weigh: WeighAnswer, charged: Charge | null): Transition<T> {
  // A verify token is proof of the first factor.
  const full = attempt.operation === 'verify' || charged?.password === true;
  return weighAdmitted(attempt, weigh, charged, (record, verdict, context) => {
    const { now, policy } = context;
    const before = record.lockout;
    const lockout = full ? clearFailures(before) : clearCodeFailures(before, policy.lockout, now);
    const reported = reportPassedOver(verdict.record, attempt.operation, verdict, context);
    const proven = reseal({ ...reported.record, lockout }, context);
    const { result, record: next, events } = attempt.apply(proven, verdict.used, context);
    const lifted: EventDetail[] =
      isLocked(before, now) && !isLocked(lockout, now) ? [{ type: 'account_unlocked', by: 'success' }] : [];
    return accept(result, { record: next, events: [...lifted, ...reported.events, ...events] });
  });
}

/** Dry run of `settle`: refuses if it would refuse, before more work is spent. A right answer changes nothing yet. */
export function rehearse(gate: Gate, weigh: WeighAnswer, charged: Charge | null): Transition<undefined> {
  return weighAdmitted(gate, weigh, charged, () => accept(undefined));
}

/** Refuses a charged attempt that the slow work found to be wrong. */
export function settleWrong(gate: Gate, reason: RefusalReason, charged: Charge): Transition<never> {
  return weighAdmitted(gate, () => ({ outcome: 'wrong', reason }), charged, unreachable);
}

function unreachable(): never {
  throw new Error('A wrong answer was taken for a right one.');
}

function weighAdmitted<T>(
  gate: Gate,
  weigh: WeighAnswer,
  charged: Charge | null,
  whenRight: (
    record: MfaRecord,
    verdict: Extract<Verdict, { outcome: 'right' }>,
    context: TransitionContext,
  ) => Decision<T>,
): Transition<T> {
  return (record, context) => {
    const { refused, standing } = admit(record, gate, charged, context);
    if (refused !== null) return refuse(refused);
    const verdict = weigh(record, context, standing !== null);
    return verdict.outcome === 'right'
      ? whenRight(record, verdict, context)
      : refuseObjection(record, gate.operation, verdict, standing, context);
  };
}

function refuseObjection(
  record: MfaRecord,
  operation: Operation,
  objection: Objection,
  standing: Charge | null,
  context: TransitionContext,
): Decision<never> {
  switch (objection.outcome) {
    case 'malformed':
      return refuse(objection.error);
    case 'unreadable':
      return refuseUnreadable(record, operation, objection, context);
    case 'uncounted': {
      const { reason, id } = objection;
      const { failures } = record.lockout;
      const refused: EventDetail = { type: 'attempt_refused', operation, reason, failures };
      const reported = reportPassedOver(record, operation, objection, context);
      // The event that settles a charge is never left out: charges are few.
      const recorded =
        standing === null
          ? recordOnce(reported.record, [id], refused, context)
          : { record: keptCharge(reported.record, standing, operation, reason), events: [refused] };
      const events = [...reported.events, ...(recorded?.events ?? [])];
      return refuse(
        new MfaError(reason),
        events.length === 0 ? null : { record: recorded?.record ?? reported.record, events },
      );
    }
    case 'wrong': {
      const { reason, guess } = objection;
      const reported = reportPassedOver(record, operation, objection, context);
      const after =
        standing === null
          ? countFailure(
              reported.record,
              { password: reason === 'invalid_password', inSession: isInSession(operation) },
              context,
            )
          : {
              record: keptCharge(reported.record, standing, operation, reason),
              failures: record.lockout.failures,
              locked: [],
            };
      const refused: EventDetail = { type: 'attempt_refused', operation, reason, failures: after.failures };
      const left = triesLeft(after.record.lockout, context.policy.lockout, context.now);
      return refuse(new MfaError(reason, { triesLeft: left }), {
        record: guess === true ? countGuess(after.record, context) : after.record,
        events: [...reported.events, refused, ...after.locked],
      });
    }
  }
}

/** A failure that its charge counts already. The password is checked before the answer is weighed. */
function keptCharge(record: MfaRecord, { password }: Charge, operation: Operation, reason: RefusalReason): MfaRecord {
  if (!isInSession(operation)) return record;
  const passwordWasRight = password && reason !== 'invalid_password';
  return { ...record, lockout: keepCharge(record.lockout, { passwordWasRight }) };
}

/** Whether an operation takes a living session. A sign-in makes one. */
function isInSession(operation: Operation): boolean {
  return operation !== 'verify' && operation !== 'signIn';
}

/** No stored secret opened: never a pass, and an event for the operator. */
export function refuseUnreadable(
  record: MfaRecord,
  operation: Operation,
  { unreadable }: Required<PassedOver>,
  context: TransitionContext,
): Decision<never> {
  const change = recordOnce(record, unreadable, { type: 'secret_unreadable', operation }, context);
  return refuse(new MfaError('secret_unreadable'), change);
}

/** The record and the event that tell the operator which factors were passed over, if they were not told just now. */
function reportPassedOver(
  record: MfaRecord,
  operation: Operation,
  { unreadable = [] }: PassedOver,
  context: TransitionContext,
): { readonly record: MfaRecord; readonly events: readonly ChangeEvent[] } {
  return recordOnce(record, unreadable, { type: 'secret_unreadable', operation }, context) ?? { record, events: [] };
}

function countGuess(record: MfaRecord, { policy, now }: TransitionContext): MfaRecord {
  return { ...record, guesses: oneMoreGuess(record.guesses, policy.lockout, now) };
}

/**
 * Whether a lock stops an operation now. One that wrong passwords alone made leaves what a second factor proves in a living
 * session alone, but not what the password alone proves. A sign-in by a factor that names its user is no guess: only a
 * lock that `unlock` ends stops it.
 */
export function isLockedOut({ operation, byPasswordAlone }: Gate, lockout: Lockout, now: number): boolean {
  if (operation === 'signIn') return lockout.lockedUntil === UNTIL_UNLOCK;
  return isInSession(operation) && byPasswordAlone !== true ? isLockedInSession(lockout, now) : isLocked(lockout, now);
}

/** The charge, unless the failure that it counted was cleared since. The attempt is then counted like a new one. */
function standingCharge(charged: Charge | null, { lockout }: MfaRecord): Charge | null {
  if (charged === null) return null;
  const before = charged.record.lockout;
  const stands = charged.password
    ? (before.passwordStreak ?? 0) === (lockout.passwordStreak ?? 0)
    : before.streak === lockout.streak;
  return stands ? charged : null;
}

/** Whether the attempt may be decided at all, and the charge if it still counts the attempt. */
export function admit(
  record: MfaRecord,
  gate: Gate,
  charged: Charge | null,
  context: TransitionContext,
): { readonly refused: MfaError | null; readonly standing: Charge | null } {
  const standing = standingCharge(charged, record);
  const { lockout, factors } = record;
  const refused =
    gate.barrier(record, context) ??
    (factors.length === 0 && gate.byPasswordAlone !== true ? new MfaError('not_enabled') : null) ??
    (standing === null && isLockedOut(gate, lockout, context.now) ? lockedError(lockout) : null);
  return { refused, standing };
}
