/** Events: what was committed, as the store keeps it and `onEvent` gets it. */

/**
 * The call that made an attempt. `login` is the host's own password check, which `passwordFailed` reports; `signIn` a
 * sign-in by a passkey alone.
 */
export type Operation =
  | 'login'
  | 'verify'
  | 'signIn'
  | 'stepUp'
  | 'setup'
  | 'confirm'
  | 'disable'
  | 'removeFactor'
  | 'regenerate';

/** Why a counted or recorded attempt was refused. */
export type RefusalReason =
  | 'invalid_code'
  | 'code_already_used'
  | 'invalid_backup_code'
  | 'invalid_password'
  /** A wrong first code of a new factor that is right for another time: the clock of the device is wrong. */
  | 'clock_ahead'
  | 'clock_behind'
  /** The signature of a passkey is not by the key that is stored. */
  | 'invalid_assertion'
  /** The counter of a passkey went back: there may be a copy of it. */
  | 'counter_regressed'
  /** A passkey that can be synced says that it cannot, or the other way round: it is not the one that was added. */
  | 'backup_eligibility_changed';

/** The second factor that proved an operation. */
export interface UsedFactor {
  /** The kind of factor: `totp`, `backup_code`, or a kind that was passed to `createMfa`. */
  readonly method: string;
  /** The factor that matched; `null` for a backup code. */
  readonly factorId: string | null;
  /** Whether a passkey verified its user, by a PIN or a fingerprint; absent for other kinds. */
  readonly userVerified?: boolean;
}

/** What happened. One member per change that can be committed. */
export type EventDetail =
  /** A new secret waits for its first code. `kind`: of the factor. `provenBy` is null for the first factor. */
  | {
      readonly type: 'setup_started';
      readonly factorId: string;
      readonly kind: string;
      readonly provenBy: UsedFactor | null;
    }
  /** Too many wrong codes: the waiting secret was discarded. */
  | { readonly type: 'setup_voided'; readonly factorId: string }
  /** A factor became active. `first`: this enabled MFA. */
  | { readonly type: 'factor_added'; readonly factorId: string; readonly kind: string; readonly first: boolean }
  | { readonly type: 'factor_removed'; readonly factorId: string; readonly kind: string; readonly provenBy: UsedFactor }
  /** The user removed every factor and backup code. */
  | { readonly type: 'disabled'; readonly provenBy: UsedFactor }
  | { readonly type: 'backup_codes_regenerated'; readonly count: number; readonly provenBy: UsedFactor }
  /** A second factor was accepted. `failures` is what stays counted: after a step-up, the wrong passwords. */
  | ({
      readonly type: 'verified';
      readonly operation: 'verify' | 'signIn' | 'stepUp' | 'confirm';
      readonly failures: number;
      readonly backupCodesRemaining: number;
    } & UsedFactor)
  /**
   * Counted as a failure before slow work. An event that settles it follows, unless the work or the process fails, or what
   * the attempt was about has gone meanwhile: the session, the token or the factor.
   */
  | { readonly type: 'attempt_charged'; readonly operation: Operation; readonly failures: number }
  /** Refused. `failures` is the count after it: of the account, or, for `confirm`, of the waiting setup. */
  | {
      readonly type: 'attempt_refused';
      readonly operation: Operation;
      readonly reason: RefusalReason;
      readonly failures: number;
      /** At the login of a trusted device, which has a count of its own beside. */
      readonly deviceId?: string;
    }
  /** `until` is epoch ms; null if only `unlock` ends the lock. */
  | { readonly type: 'account_locked'; readonly until: number | null; readonly failures: number }
  /** A lock was lifted, or the failure count was reset. */
  | { readonly type: 'account_unlocked'; readonly by: 'support' | 'success'; readonly reason?: string }
  /**
   * A user of another system was taken over, or, `updated`, taken over anew before anything was changed here. `source`: the
   * name of the import.
   */
  | {
      readonly type: 'imported';
      readonly outcome: 'imported' | 'updated';
      readonly source: string;
      /** All factors that the user has from now on. */
      readonly factorIds: readonly string[];
      readonly backupCodes: number;
    }
  /** MFA is required of this user from `from` (epoch ms) on. */
  | { readonly type: 'enforced'; readonly from: number; readonly reason?: string }
  /** MFA is not required before `until` (epoch ms). Without `until`, what `enforce` required no longer applies. */
  | { readonly type: 'exempted'; readonly until?: number; readonly reason?: string }
  /** Somebody lifted what requires MFA of this user until then (epoch ms). Alert on it. */
  | { readonly type: 'break_glass'; readonly until: number; readonly reason: string }
  /** The first sign-in under a requirement with grace. `until` (epoch ms): when the grace ends, by the policy of that day. */
  | { readonly type: 'grace_started'; readonly until: number; readonly rule?: string }
  /** Support removed every factor and backup code. */
  | { readonly type: 'reset'; readonly reason?: string }
  /** A browser needs no second factor for a while. `method`: what was given instead of the next ones. */
  | { readonly type: 'device_trusted'; readonly deviceId: string; readonly method: string }
  /** A trusted device took the place of the second factor at a sign-in. */
  | { readonly type: 'device_used'; readonly deviceId: string }
  /**
   * A device is trusted no more; `deviceId` null: none is. By `limit`: a newer one took its place. By `reuse`: a secret came
   * back that was replaced before, so its cookie may have been copied. Changes of factors or password forget all of them,
   * without this event.
   */
  | {
      readonly type: 'device_forgotten';
      readonly deviceId: string | null;
      readonly by: 'user' | 'support' | 'reuse' | 'limit';
    }
  /** The host reported a new password: open tokens, sessions and trusted devices are void. */
  | { readonly type: 'password_changed' }
  /** Everything about the user was erased. Only `onEvent` gets this event, because the store erases it as well. */
  | { readonly type: 'forgotten' }
  /** Secrets were resealed under the newest key. */
  | { readonly type: 'rekeyed'; readonly keyId: string }
  /** A stored secret could not be opened: the key is wrong, the data is damaged, or a row moved between users. */
  | { readonly type: 'secret_unreadable'; readonly operation: Operation };

/** Where the request came from, as the host saw it. The events of the call record it. */
export interface RequestContext {
  /** Client address; cut to 64 characters. */
  readonly ip?: string | undefined;
  /** User agent; cut to 256 characters. */
  readonly userAgent?: string | undefined;
  /** For calls by support: the member of staff who acts; cut to 255 characters. Never shown to the user. */
  readonly actor?: string | undefined;
  /**
   * For `enforce`, `exempt`, `breakGlass`, `unlock` and `reset`: why, as their events tell it to your staff; 1 to 500
   * printable characters. Never shown to the user.
   */
  readonly reason?: string | undefined;
  /**
   * The `sessionEpoch` that the acting session was signed in with. If the record has another one, the call is refused
   * (`session_revoked`), in the same swap that would make its change.
   */
  readonly sessionEpoch?: number | undefined;
}

/**
 * A committed event. Plain JSON: the same in the store, in `history` and in `onEvent`. Holds no secret, code or token.
 */
export type MfaEvent = {
  readonly userId: string;
  /** 1, 2, 3 ... per user. A missing number means a lost event, unless events were erased or pruned, or a record was lost. */
  readonly seq: number;
  /** Epoch milliseconds (UTC). */
  readonly at: number;
  readonly ip?: string;
  readonly userAgent?: string;
  readonly actor?: string;
} & EventDetail;
