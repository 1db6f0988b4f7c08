/** Decision: what a transition returns, and what it may look at beside the record. */
import type { DevicePolicy } from './devices/options.ts';
import type { MfaError } from './errors.ts';
import type { EventDetail, RequestContext } from './events.ts';
import type { FactorSecrets } from './factors/factor-secrets.ts';
import type { LockoutPolicy } from './policies/lockout.ts';
import type { Demand } from './policies/requirement.ts';
import type { MfaRecord } from './record/record.ts';

/** The limits that transitions obey. */
interface Policy {
  /** How many failures lock, and for how long. */
  readonly lockout: LockoutPolicy;
  /** Active factors per user; 1 to 20. */
  readonly maxFactors: number;
  /** `null`: there are no trusted devices. */
  readonly devices: DevicePolicy | null;
}

/** Everything a transition may look at beside the record and the answer. The sealer's nonces are the only randomness. */
export interface TransitionContext {
  /** Whose record it is. */
  readonly userId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The limits that the application set. */
  readonly policy: Policy;
  /** Opens and seals the secrets of this user. */
  readonly secrets: FactorSecrets;
  /** What the option `require` demands of this user; `null`: nothing. */
  readonly demand: Demand | null;
  /** Where the call came from. */
  readonly request: RequestContext;
}

/** An event to be stamped, and the request that it came by if that is not the call's own. */
export type ChangeEvent = EventDetail & { readonly request?: RequestContext };

/** What to commit; `record` null removes the user from the store. */
export interface Change {
  readonly record: MfaRecord | null;
  readonly events: readonly ChangeEvent[];
  /** Whether the commit erases the user's events. Its own then go to `onEvent` only. */
  readonly eraseEvents?: boolean;
}

/** What a transition decided. Nothing of it may be revealed before its change is committed. */
export type Decision<T> =
  | { readonly accepted: true; readonly result: T; readonly change: Change | null }
  | { readonly accepted: false; readonly error: MfaError; readonly change: Change | null };

/** A pure, synchronous step: record and context in, decision out. Runs again after a lost race. */
export type Transition<T> = (record: MfaRecord, context: TransitionContext) => Decision<T>;

/** The call succeeds once `change` is committed. */
export function accept<T>(result: T, change: Change | null = null): Decision<T> {
  return { accepted: true, result, change };
}

/** The call throws `error` once `change` is committed. */
export function refuse(error: MfaError, change: Change | null = null): Decision<never> {
  return { accepted: false, error, change };
}
