/** verify, stepUp and passkeySignIn: a second factor is accepted. */
import type { Attempt } from '../attempts/attempt.ts';
import { MfaError } from '../errors.ts';
import type { UsedFactor } from '../events.ts';

/** A second factor that was accepted, and when. */
export interface Acceptance {
  readonly used: UsedFactor;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What an accepted second factor completes. The token that it answers to is spent by `spending`. */
export function acceptance(operation: 'verify' | 'stepUp' | 'signIn'): Attempt<Acceptance> {
  return {
    operation,
    // Nothing of a user tells whoever has proven nothing.
    barrier: ({ factors }) =>
      operation === 'signIn' && factors.length === 0 ? new MfaError('unknown_credential') : null,
    apply: (record, used, { now }) => {
      const backupCodesRemaining = record.backupCodes?.remaining ?? 0;
      return {
        record,
        events: [{ type: 'verified', operation, failures: record.lockout.failures, backupCodesRemaining, ...used }],
        result: { used, at: now },
      };
    },
  };
}
