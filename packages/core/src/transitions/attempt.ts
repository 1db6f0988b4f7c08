/** Attempts: the one place where a code or password is accepted, refused and counted. */
import { openDigests } from '../factors/backup-codes.ts';
import { MfaError } from '../errors.ts';
import type { EventDetail, Operation, RefusalReason, UsedFactor } from '../events.ts';
import { clearCodeFailures, clearFailures, countFailure, isLocked, lockedError, lockEnd } from '../policies/lockout.ts';
import type { MfaRecord } from '../record.ts';
import { accept, refuse, type Change, type Decision, type Transition, type TransitionContext } from './decision.ts';
import { weigh, type Evidence, type Verdict } from './evidence.ts';
import { reseal } from './reseal.ts';

/** What can be asked of an operation before it is proven. */
export interface Gate {
  readonly operation: Operation;
  /** @returns a refusal that needs no evidence and is not counted, or `null` */
  barrier(record: MfaRecord, now: number): MfaError | null;
}

/** An operation that a second factor must prove. */
export interface Attempt<T> extends Gate {
  /** What it does once it is proven. In `record` the evidence is consumed and the failures are cleared. */
  apply(record: MfaRecord, used: UsedFactor, context: TransitionContext): Change & { readonly result: T };
}

/** An attempt that was counted before its slow work began, with the record as it then was. */
export interface Charge {
  readonly record: MfaRecord;
  /** Whether a password is part of the attempt. */
  readonly password: boolean;
}

/**
 * Counts an attempt as failed before its slow work: a crash from here on leaves it counted.
 * @param password - whether a password is part of it
 */
export function charge(
  gate: Gate,
  evidence: Extract<Evidence, { method: 'totp' }> | { readonly method: 'backup_code' },
  password: boolean,
): Transition<Charge> {
  const { operation } = gate;
  return (record, context) => {
    const { refused } = stand(record, gate, null, context);
    if (refused !== null) return refuse(refused);
    if (evidence.method === 'totp') {
      // A code is cheap to weigh: a wrong one ends here and never reaches the slow work.
      const verdict = weigh(record, evidence, context);
      if (verdict.kind !== 'right') return refuseVerdict(record, operation, verdict, false, context);
    } else if (record.backupCodes && openDigests(context.userId, record.backupCodes, context.secrets) === null) {
      return refuseVerdict(record, operation, { kind: 'unreadable' }, false, context);
    }
    const { record: next, failures, locked } = fail(record, password, context);
    return accept(
      { record, password },
      { record: next, events: [{ type: 'attempt_charged', operation, failures }, ...locked] },
    );
  };
}

/**
 * Accepts or refuses by the evidence.
 * @param charged - `null` where nothing was slow: counting and deciding are then one step
 */
export function settle<T>(attempt: Attempt<T>, evidence: Evidence, charged: Charge | null): Transition<T> {
  // A verify token is proof of the first factor.
  const full = attempt.operation === 'verify' || charged?.password === true;
  const clear = full ? clearFailures : clearCodeFailures;
  return judge(attempt, evidence, charged, (record, verdict, context) => {
    const proven = reseal({ ...verdict.record, lockout: clear(record.lockout) }, context);
    const { result, record: next, events } = attempt.apply(proven, verdict.used, context);
    const locked = isLocked(record.lockout, context.now);
    const lifted: EventDetail[] = locked ? [{ type: 'account_unlocked', by: 'success' }] : [];
    return accept(result, { record: next, events: [...lifted, ...events] });
  });
}

/** Refuses what settling would refuse, before more work is spent on it. What is right changes nothing yet. */
export function presettle(gate: Gate, evidence: Evidence, charged: Charge): Transition<undefined> {
  return judge(gate, evidence, charged, () => accept(undefined));
}

function judge<T>(
  gate: Gate,
  evidence: Evidence,
  charged: Charge | null,
  whenRight: (
    record: MfaRecord,
    verdict: Extract<Verdict, { kind: 'right' }>,
    context: TransitionContext,
  ) => Decision<T>,
): Transition<T> {
  return (record, context) => {
    const { refused, counted } = stand(record, gate, charged, context);
    if (refused !== null) return refuse(refused);
    const verdict = weigh(record, evidence, context);
    return verdict.kind === 'right'
      ? whenRight(record, verdict, context)
      : refuseVerdict(record, gate.operation, verdict, counted, context);
  };
}

/** Refuses a charged attempt whose slow work found it wrong. */
export function settleWrong(gate: Gate, reason: RefusalReason, charged: Charge): Transition<never> {
  return (record, context) => {
    const { refused, counted } = stand(record, gate, charged, context);
    return refused === null
      ? refuseVerdict(record, gate.operation, { kind: 'wrong', reason }, counted, context)
      : refuse(refused);
  };
}

/** Counts one failed password of the host's own login. */
export const failLogin: Transition<undefined> = (record, context) => {
  if (isLocked(record.lockout, context.now)) return refuse(lockedError(record.lockout));
  const { record: next, failures, locked } = fail(record, true, context);
  const refused: EventDetail = { type: 'attempt_refused', operation: 'login', reason: 'invalid_password', failures };
  return accept(undefined, { record: next, events: [refused, ...locked] });
};

function refuseVerdict(
  record: MfaRecord,
  operation: Operation,
  verdict: Exclude<Verdict, { kind: 'right' }>,
  counted: boolean,
  context: TransitionContext,
): Decision<never> {
  switch (verdict.kind) {
    case 'malformed':
      return refuse(verdict.error);
    case 'unreadable':
      return refuse(new MfaError('secret_unreadable'), { record, events: [{ type: 'secret_unreadable', operation }] });
    case 'replayed':
    case 'wrong': {
      const { reason } = verdict;
      const keep = counted || verdict.kind === 'replayed';
      const after = keep
        ? { record, failures: record.lockout.failures, locked: [] }
        : fail(record, reason === 'invalid_password', context);
      const refused: EventDetail = { type: 'attempt_refused', operation, reason, failures: after.failures };
      return refuse(new MfaError(reason), { record: after.record, events: [refused, ...after.locked] });
    }
  }
}

/** The record with one failure more, and the event of the lock where it brought one. */
function fail(
  record: MfaRecord,
  password: boolean,
  { policy, now }: TransitionContext,
): { readonly record: MfaRecord; readonly failures: number; readonly locked: readonly EventDetail[] } {
  const lockout = countFailure(record.lockout, { password, policy: policy.lockout, now });
  const { failures, lockedUntil } = lockout;
  const until = lockEnd(lockedUntil)?.getTime() ?? null;
  const locked: EventDetail[] = lockedUntil === null ? [] : [{ type: 'account_locked', until, failures }];
  return { record: { ...record, lockout }, failures, locked };
}

/** Whether the attempt may be decided at all, and whether a charge already counts it. */
function stand(
  record: MfaRecord,
  gate: Gate,
  charged: Charge | null,
  { now }: TransitionContext,
): { readonly refused: MfaError | null; readonly counted: boolean } {
  // A success or an unlock since the charge has wiped it: the attempt is then counted like a new one. After a success of
  // the second factor alone that counts a wrong password twice, which errs on the safe side.
  const counted = charged?.record.lockout.streak === record.lockout.streak;
  const locked = isLocked(record.lockout, now) && !counted;
  const refused =
    gate.barrier(record, now) ??
    (record.factors.length === 0 ? new MfaError('not_enabled') : null) ??
    (locked ? lockedError(record.lockout) : null);
  return { refused, counted };
}
