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
      /** The factor that the event is about. */
      readonly factorId: string;
      /** Its kind, such as `totp`. */
      readonly kind: string;
      /** What proved the right to do it; `null` for the first factor. */
      readonly provenBy: UsedFactor | null;
    }
  /** Too many wrong codes: the waiting secret was discarded. */
  | {
      readonly type: 'setup_voided';
      /** The factor that the event is about. */
      readonly factorId: string;
    }
  /** A factor became active. `first`: this enabled MFA. */
  | {
      readonly type: 'factor_added';
      /** The factor that the event is about. */
      readonly factorId: string;
      /** Its kind, such as `totp`. */
      readonly kind: string;
      /** Whether this enabled MFA. */
      readonly first: boolean;
    }
  | {
      readonly type: 'factor_removed';
      /** The factor that the event is about. */
      readonly factorId: string;
      /** Its kind, such as `totp`. */
      readonly kind: string;
      /** What proved the right to do it. */
      readonly provenBy: UsedFactor;
    }
  /** The user removed every factor and backup code. */
  | {
      readonly type: 'disabled';
      /** What proved the right to do it. */
      readonly provenBy: UsedFactor;
    }
  | {
      readonly type: 'backup_codes_regenerated';
      /** How many codes the user has now. */
      readonly count: number;
      /** What proved the right to do it. */
      readonly provenBy: UsedFactor;
    }
  /** A second factor was accepted. `failures` is what stays counted: after a step-up, the wrong passwords. */
  | ({
      readonly type: 'verified';
      /** The call that the event is about. */
      readonly operation: 'verify' | 'signIn' | 'stepUp' | 'confirm';
      /** The count of failures after it. */
      readonly failures: number;
      /** Backup codes that are unspent. */
      readonly backupCodesRemaining: number;
    } & UsedFactor)
  /**
   * Counted as a failure before slow work. An event that settles it follows, unless the work or the process fails, or what
   * the attempt was about has gone meanwhile: the session, the token or the factor.
   */
  | {
      readonly type: 'attempt_charged';
      /** The call that the event is about. */
      readonly operation: Operation;
      /** The count of failures after it. */
      readonly failures: number;
    }
  /** Refused. `failures` is the count after it: of the account, or, for `confirm`, of the waiting setup. */
  | {
      readonly type: 'attempt_refused';
      /** The call that the event is about. */
      readonly operation: Operation;
      /** Why it was refused. */
      readonly reason: RefusalReason;
      /** The count of failures after it. */
      readonly failures: number;
      /** At the login of a trusted device, which has a count of its own beside. */
      readonly deviceId?: string;
    }
  /** `until` is epoch ms; null if only `unlock` ends the lock. */
  | {
      readonly type: 'account_locked';
      /** When the lock ends, in epoch milliseconds; `null` if only `unlock` ends it. */
      readonly until: number | null;
      /** The count of failures after it. */
      readonly failures: number;
    }
  /** A lock was lifted, or the failure count was reset. */
  | {
      readonly type: 'account_unlocked';
      /** `support`: by `unlock`. `success`: by a sign-in that succeeded. */
      readonly by: 'support' | 'success';
      /** Why, as the member of staff gave it. */
      readonly reason?: string;
    }
  /**
   * A user of another system was taken over, or, `updated`, taken over anew before anything was changed here. `source`: the
   * name of the import.
   */
  | {
      readonly type: 'imported';
      /** Whether the user is new here, or was taken over anew. */
      readonly outcome: 'imported' | 'updated';
      /** The name of the import. */
      readonly source: string;
      /** All factors that the user has from now on. */
      readonly factorIds: readonly string[];
      /** How many backup codes the user has now. */
      readonly backupCodes: number;
    }
  /** MFA is required of this user from `from` (epoch ms) on. */
  | {
      readonly type: 'enforced';
      /** From when on, in epoch milliseconds. */
      readonly from: number;
      /** Why, as the member of staff gave it. */
      readonly reason?: string;
    }
  /** MFA is not required before `until` (epoch ms). Without `until`, what `enforce` required no longer applies. */
  | {
      readonly type: 'exempted';
      /** When it ends, in epoch milliseconds. */
      readonly until?: number;
      /** Why, as the member of staff gave it. */
      readonly reason?: string;
    }
  /** Somebody lifted what requires MFA of this user until then (epoch ms). Alert on it. */
  | {
      readonly type: 'break_glass';
      /** When it ends, in epoch milliseconds. */
      readonly until: number;
      /** Why, as the member of staff gave it. */
      readonly reason: string;
    }
  /** The first sign-in under a requirement with grace. `until` (epoch ms): when the grace ends, by the policy of that day. */
  | {
      readonly type: 'grace_started';
      /** When it ends, in epoch milliseconds. */
      readonly until: number;
      /** The rule that demands it, as the option `require` names it. */
      readonly rule?: string;
    }
  /** Support removed every factor and backup code. */
  | {
      readonly type: 'reset';
      /** Why, as the member of staff gave it. */
      readonly reason?: string;
    }
  /** A browser needs no second factor for a while. `method`: what was given instead of the next ones. */
  | {
      readonly type: 'device_trusted';
      /** The trusted device. */
      readonly deviceId: string;
      /** The kind of factor that was given. */
      readonly method: string;
    }
  /** A trusted device took the place of the second factor at a sign-in. */
  | {
      readonly type: 'device_used';
      /** The trusted device. */
      readonly deviceId: string;
    }
  /**
   * A device is trusted no more; `deviceId` null: none is. By `limit`: a newer one took its place. By `reuse`: a secret came
   * back that was replaced before, so its cookie may have been copied. Changes of factors or password forget all of them,
   * without this event.
   */
  | {
      readonly type: 'device_forgotten';
      /** The trusted device; `null`: all of them. */
      readonly deviceId: string | null;
      /** Who or what brought it about. */
      readonly by: 'user' | 'support' | 'reuse' | 'limit';
    }
  /** The host reported a new password: open tokens, sessions and trusted devices are void. */
  | { readonly type: 'password_changed' }
  /** Everything about the user was erased. Only `onEvent` gets this event, because the store erases it as well. */
  | { readonly type: 'forgotten' }
  /** Secrets were resealed under the newest key. */
  | {
      readonly type: 'rekeyed';
      /** The id of the key that seals from now on. */
      readonly keyId: string;
    }
  /** A stored secret could not be opened: the key is wrong, the data is damaged, or a row moved between users. */
  | {
      readonly type: 'secret_unreadable';
      /** The call that the event is about. */
      readonly operation: Operation;
    };

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
  /** Your id of the user. */
  readonly userId: string;
  /** 1, 2, 3 ... per user. A missing number means a lost event, unless events were erased or pruned, or a record was lost. */
  readonly seq: number;
  /** Epoch milliseconds (UTC). */
  readonly at: number;
  /** Client address, as the host gave it; at most 64 characters. */
  readonly ip?: string;
  /** User agent, as the host gave it; at most 256 characters. */
  readonly userAgent?: string;
  /** The member of staff who acted; at most 255 characters. */
  readonly actor?: string;
} & EventDetail;
