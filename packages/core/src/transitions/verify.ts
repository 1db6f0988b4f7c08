/** verify, stepUp and passkeySignIn: a second factor is accepted. */
import type { Attempt } from '../attempts/attempt.ts';
import { trustDevice, type TrustRequest } from '../devices/change.ts';
import type { DeviceCookie } from '../devices/cookie.ts';
import { MfaError } from '../errors.ts';
import type { UsedFactor } from '../events.ts';
import { codesLeft } from '../factors/backup-codes/stored.ts';

/** A second factor that was accepted, and when. */
export interface Acceptance {
  readonly used: UsedFactor;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What a browser that is trusted from now on is to keep. */
  readonly device?: Required<DeviceCookie>;
}

/**
 * What an accepted second factor completes. The token that it answers to is spent by `spending`.
 * @param trust - the browser to trust, if the user asked for it
 */
export function acceptance(
  operation: 'verify' | 'stepUp' | 'signIn',
  trust: TrustRequest | null = null,
): Attempt<Acceptance> {
  return {
    operation,
    // Nothing of a user tells whoever has proven nothing.
    barrier: ({ factors }) =>
      operation === 'signIn' && factors.length === 0 ? new MfaError('unknown_credential') : null,
    apply: (record, used, context) => {
      const { now } = context;
      const backupCodesRemaining = codesLeft(record.backupCodes, now);
      const trusted = trust === null ? null : trustDevice(record, used, trust, context);
      const { failures } = record.lockout;
      return {
        record: trusted?.change.record ?? record,
        events: [
          { type: 'verified', operation, failures, backupCodesRemaining, ...used },
          ...(trusted?.change.events ?? []),
        ],
        result: { used, at: now, ...(trusted !== null && { device: trusted.result }) },
      };
    },
  };
}
