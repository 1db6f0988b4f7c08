/** Lists: what `list` and `stats` take and give. */

/**
 * What staff look for. `few_codes`: enrolled, with at most 3 backup codes, or with imported ones that end. `overdue`: MFA is
 * required by now, and there is no factor. `short_secret`: a factor whose secret is shorter than new ones may be; of a TOTP secret, below 128 bits.
 * `locked` holds for every lock, `locked_until_unlock` for one that never ends by itself.
 */
export type UserState = 'locked' | 'locked_until_unlock' | 'overdue' | 'few_codes' | 'short_secret';

/** Which users to list: those in a state, or those of whom something is sealed under the key with this id. */
export type UserFilter =
  | {
      /** The state that users are in. */
      readonly state: UserState;
      /** The id of a key, as `keyReport` tells it. */
      readonly key?: undefined;
    }
  | {
      /** The id of a key, as `keyReport` tells it. */
      readonly key: string;
      /** The state that users are in. */
      readonly state?: undefined;
    };

/** The part of the list to read. */
export interface UserPage {
  /** Only users after this one: the `after` of the page before. */
  readonly after?: string | undefined;
  /** 1 to 500, default 100. */
  readonly limit?: number | undefined;
}

/** What a list tells of a user. */
export interface ListedUser {
  /** Your id of the user. */
  readonly userId: string;
  /** Whether the user has a second factor. */
  readonly enabled: boolean;
  /** The kind of each factor. */
  readonly factors: readonly string[];
  /** Backup codes that are unspent; 0 to 100. */
  readonly backupCodesRemaining: number;
  /** Whether the next sign-in is refused as `locked`. */
  readonly locked: boolean;
  /** When the lock ends; `null` if there is none, or if only `unlock` ends it. */
  readonly lockedUntil: Date | null;
  /** `from`: the instant from which MFA is required; `null`: it is not. */
  readonly enforcement: {
    /** The instant from which MFA is required. */
    readonly from: Date;
  } | null;
  /** Whether a factor has a short secret. */
  readonly shortSecret: boolean;
  /** The keys that something of the user is sealed under. */
  readonly keyIds: readonly string[];
}

/** A page of a list, in the store's order. */
export interface UserList {
  /** May be fewer than `limit`, and none at all, before the list has ended: a call looks at 10,000 records at most. */
  readonly users: readonly ListedUser[];
  /** Records on the way that this application cannot read, and that may belong here. */
  readonly unreadable: number;
  /** Where to go on; `null`: the list has ended. */
  readonly after: string | null;
}

/** How many users there are, of whom the store knows. Someone who never had a factor, a failure or a deadline is not there. */
export interface MfaStats {
  /** Records, but for those of users who were forgotten. */
  readonly users: number;
  /** Users with a second factor. */
  readonly enabled: number;
  /** Users with a factor of a kind, by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Users in each state that `list` knows. */
  readonly states: Readonly<Record<UserState, number>>;
  /** Users whose record this application cannot read. They are among `users`, and nowhere else. */
  readonly unreadable: number;
}
