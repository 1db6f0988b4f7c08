/** Events: what was committed, handed once to the store and once to `onEvent`. */

/** The call that an attempt was made through. `login` is the host's own password check, reported by `passwordFailed`. */
export type Operation = 'login' | 'verify' | 'stepUp' | 'setup' | 'confirm' | 'disable' | 'removeFactor' | 'regenerate';

/** Why a counted or recorded attempt was refused. */
export type RefusalReason = 'invalid_code' | 'code_already_used' | 'invalid_backup_code' | 'invalid_password';

/** The second factor that proved an operation. */
export interface UsedFactor {
  /** The kind of factor: `totp`, `backup_code`, or one that `createMfa` was given. */
  readonly method: string;
  /** The factor that matched; `null` for a backup code. */
  readonly factorId: string | null;
}

/** What happened. One member per change that can be committed. */
export type EventDetail =
  /** A new secret waits for its first code. `provenBy` is null for the first factor. */
  | { readonly type: 'setup_started'; readonly factorId: string; readonly provenBy: UsedFactor | null }
  /** Too many wrong codes: the waiting secret was discarded. */
  | { readonly type: 'setup_voided'; readonly factorId: string }
  /** A factor became active. `first`: this enabled MFA. */
  | { readonly type: 'factor_added'; readonly factorId: string; readonly first: boolean }
  | { readonly type: 'factor_removed'; readonly factorId: string; readonly provenBy: UsedFactor }
  /** Every factor and backup code was removed by the user. */
  | { readonly type: 'disabled'; readonly provenBy: UsedFactor }
  | { readonly type: 'backup_codes_regenerated'; readonly count: number; readonly provenBy: UsedFactor }
  /** A second factor was accepted. `failures` stay counted: after a step-up, the wrong passwords. */
  | ({
      readonly type: 'verified';
      readonly operation: 'verify' | 'stepUp' | 'confirm';
      readonly failures: number;
      readonly backupCodesRemaining: number;
    } & UsedFactor)
  /** Counted as a failure before slow work. The event that settles it follows, unless that work or the process failed. */
  | { readonly type: 'attempt_charged'; readonly operation: Operation; readonly failures: number }
  /** Refused. `failures` is the count after it: of the account, or with `confirm` of the waiting setup. */
  | {
      readonly type: 'attempt_refused';
      readonly operation: Operation;
      readonly reason: RefusalReason;
      readonly failures: number;
    }
  /** `until` is epoch ms; null if only `unlock` ends the lock. */
  | { readonly type: 'account_locked'; readonly until: number | null; readonly failures: number }
  /** The lock or the count of failures was lifted. */
  | { readonly type: 'account_unlocked'; readonly by: 'support' | 'success' }
  /** MFA is required of this user from `from` (epoch ms) on. */
  | { readonly type: 'enforced'; readonly from: number }
  /** `until` (epoch ms): MFA is not required before it. Without: what `enforce` required is no longer required. */
  | { readonly type: 'exempted'; readonly until?: number }
  /** Support removed every factor and backup code. */
  | { readonly type: 'reset' }
  /** The host reported a new password: open tokens and sessions are void. */
  | { readonly type: 'password_changed' }
  /** Everything about the user was erased. Goes to `onEvent` only: it is erased from the store too. */
  | { readonly type: 'forgotten' }
  /** Secrets were sealed anew under the newest key. */
  | { readonly type: 'rekeyed'; readonly keyId: string }
  /** A stored secret could not be opened: wrong key, damage, or a row moved between users. */
  | { readonly type: 'secret_unreadable'; readonly operation: Operation };

/** Where the request came from, as the host saw it. Kept in the events of the call that it was passed to. */
export interface RequestContext {
  /** Client address; cut to 64 characters. */
  readonly ip?: string | undefined;
  /** User agent; cut to 256 characters. */
  readonly userAgent?: string | undefined;
  /** The member of staff who acts, for calls by support; cut to 255 characters. Never shown to the user. */
  readonly actor?: string | undefined;
  /**
   * The `sessionEpoch` that the acting session was signed in with. A call of another one is refused
   * (`session_revoked`), in the same swap as its change.
   */
  readonly sessionEpoch?: number | undefined;
}

/**
 * A committed event. Plain JSON: the same in the store, in `history` and in `onEvent`. Holds no secret, code or token.
 */
export type MfaEvent = {
  readonly userId: string;
  /** 1, 2, 3 ... without gaps per user: a missing number is a lost event. */
  readonly seq: number;
  /** Epoch milliseconds (UTC). */
  readonly at: number;
  readonly ip?: string;
  readonly userAgent?: string;
  readonly actor?: string;
} & EventDetail;
