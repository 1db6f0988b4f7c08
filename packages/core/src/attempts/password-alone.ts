/** The password alone: what proves an operation of a user who has no second factor yet. */
import type { EventDetail } from '../events.ts';
import { clearFailures } from '../policies/lockout.ts';
import type { MfaRecord } from '../record/record.ts';
import { accept, refuse, type Change, type Transition, type TransitionContext } from '../decision.ts';
import { admit, type Charge, type Gate } from './attempt.ts';

/** An operation that the password alone proves. */
export interface PasswordAttempt<T> extends Gate {
  readonly byPasswordAlone: true;
  /** What it does once it is proven. In `record` the failures are cleared. */
  apply(record: MfaRecord, context: TransitionContext): Change & { readonly result: T };
}

/** The password is right. For a user without a second factor that is a full success, and clears every failure. */
export function settlePassword<T>(attempt: PasswordAttempt<T>, charged: Charge): Transition<T> {
  return (record, context) => {
    const { refused } = admit(record, attempt, charged, context);
    if (refused !== null) return refuse(refused);
    const cleared = { ...record, lockout: clearFailures(record.lockout) };
    const { result, record: next, events } = attempt.apply(cleared, context);
    // The charge itself is one of the failures, unless something else has cleared them.
    const lifted: EventDetail[] = record.lockout.failures > 0 ? [{ type: 'account_unlocked', by: 'success' }] : [];
    return accept(result, { record: next, events: [...lifted, ...events] });
  };
}
