/** countFailure: one failure more in the record, whatever it was. */
import type { TransitionContext } from '../decision.ts';
import type { EventDetail } from '../events.ts';
import { lockEnd, oneMoreFailure, type Failure } from '../policies/lockout.ts';
import type { MfaRecord } from '../record/record.ts';

/** The record with one failure more, and the event of the lock if it brought one. */
export function countFailure(
  record: MfaRecord,
  failure: Failure,
  { policy, now }: TransitionContext,
): { readonly record: MfaRecord; readonly failures: number; readonly locked: readonly EventDetail[] } {
  const lockout = oneMoreFailure(record.lockout, failure, { policy: policy.lockout, now });
  const { failures, lockedUntil } = lockout;
  const until = lockEnd(lockedUntil)?.getTime() ?? null;
  const isNew = lockedUntil !== null && lockedUntil !== record.lockout.lockedUntil;
  const locked: EventDetail[] = isNew ? [{ type: 'account_locked', until, failures }] : [];
  return { record: { ...record, lockout }, failures, locked };
}
