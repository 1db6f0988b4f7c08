/** Mfa: the calls of the library, what they promise and how they refuse. */
import type { DeviceCookie } from './devices/cookie.ts';
import type { FromDevice, TrustDevice } from './devices/input.ts';
import type { MfaEvent, RequestContext } from './events.ts';
import type { FactorInputs, FreshFactor, PasswordProof, Proof, SecondFactor } from './attempts/proof.ts';
import type { MfaStats, UserFilter, UserList, UserPage } from './lists/types.ts';
import type { ImportedUser, ImportResult } from './import/imported-user.ts';
import type { Verified } from './verified.ts';

/** A token to answer to with a second factor. */
export interface AnswerPrompts {
  readonly token: string;
  readonly expiresAt: Date;
  /** The kinds of factor that the user can answer with: `totp`, `backup_code`, or what `createMfa` was given. */
  readonly methods: readonly string[];
  /** What the page needs to ask for an answer, by method: for `webauthn` the options of `navigator.credentials.get`. */
  readonly prompts?: Readonly<Record<string, object>>;
}

/** What a user has to do next, once the first factor was accepted. */
export type BeginResult =
  /** Sign the user in. `enrollBy`: from then on they must have a second factor. `remind`: policy wants it said today. */
  | {
      readonly next: 'signed-in';
      readonly enrollBy?: Date;
      readonly remind?: true;
      readonly sessionEpoch: number;
      readonly seq: number;
      /** A trusted device took the place of the second factor: set this as its cookie. It claims nothing in `amr`. */
      readonly device?: DeviceCookie;
    }
  /** Ask for a second factor and answer with `verify`. */
  | ({
      readonly next: 'verify';
      /** The device cookie was copied, and its device is forgotten: set this one instead. */
      readonly device?: DeviceCookie;
    } & AnswerPrompts)
  /** Let the user enroll with `setup` and `confirm`. */
  | { readonly next: 'enroll'; readonly token: string; readonly expiresAt: Date };

/**
 * The user that a token was issued to. Pass this very object in place of the token to the `Mfa` that made it, and the
 * token is not opened a second time.
 */
export interface TokenHolder {
  readonly userId: string;
  readonly token: string;
}

/** A signed-in user who is setting up. */
export interface SignedInSubject {
  readonly userId: string;
  readonly token?: undefined;
}

/** The holder of an enroll token, who is setting up. */
export interface TokenSubject {
  readonly token: string | TokenHolder;
  readonly userId?: undefined;
}

/** The user who is setting up. */
export type SetupSubject = SignedInSubject | TokenSubject;

/** How a new factor is named, and what proves the right to add it. */
export interface SetupDetails {
  /**
   * Shown beside the issuer in the app, often the e-mail address. Never refused: it is cut at 254 bytes of UTF-8, colons
   * become dashes, and if nothing is left that can be shown, the app shows `account`. Behind it stands the label of a
   * factor beside others, so that the app shows no two of them alike: `ann@example.com (Tablet)`.
   */
  readonly accountName: string;
  /**
   * The user's own name for the factor; 1 to 64 characters, none of them invisible or changing the direction of text.
   * Joiners are taken between letters of scripts that need them, and in emoji. Default: the kind's name, such as
   * `Authenticator app`. If another factor of the user has it, it gets a number: `Tablet 2`.
   */
  readonly label?: string;
  /**
   * Needed from a signed-in user who has a factor already. A user who has none needs only the password, and only if
   * `signedInAt` is too long ago. A password that is given is always checked: a wrong one counts, a locked account refuses
   * it, and a right one clears the failures and is claimed by `confirm`. Not read with an enroll token.
   */
  readonly proof?: Proof | PasswordProof;
  /**
   * When the user of this session proved the first factor. Adding a first factor more than 15 minutes later takes the
   * password, so that a session that was left open or stolen is not enough; of a user without a password, more than 10
   * minutes later, a new sign-in. Without it, neither is asked for. Not read with an enroll token, nor if nobody has a
   * password.
   */
  readonly signedInAt?: Date;
}

/** A staged factor of any kind. Its codes, and whatever its kind adds, are shown here, once, and never again. */
export interface StagedSetup {
  readonly factorId: string;
  /** In force as soon as the setup is confirmed. Empty if a factor is active already: its codes stay. */
  readonly backupCodes: readonly string[];
  /** The first code, or answer of a passkey, must arrive before this instant. With an enroll token, that is when the token ends. */
  readonly expiresAt: Date;
}

/** A staged authenticator app. */
export interface SetupResult extends StagedSetup {
  /** Upper-case base32, for typing in. */
  readonly secret: string;
  /** For a QR code. */
  readonly uri: string;
}

/** An active factor, as its user may see it. Its kind may add further properties. */
export interface FactorStatus {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  /** Present if the secret was imported and has less than 128 bits: ask for a new enrollment. */
  readonly weak?: true;
}

/** A trusted device, as its user may see it. */
export interface DeviceStatus {
  readonly id: string;
  readonly label: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
}

/** What is known about a user. */
export interface MfaStatus {
  readonly enabled: boolean;
  readonly factors: readonly FactorStatus[];
  readonly backupCodesRemaining: number;
  /** Present if they are those of another system: ask the user for `regenerate`. */
  readonly backupCodesImported?: true;
  /** Browsers that need no second factor to sign in; also while policy lets none of them. */
  readonly devices: readonly DeviceStatus[];
  readonly locked: boolean;
  /** When the lock ends; `null` if there is none, or if only `unlock` ends it. */
  readonly lockedUntil: Date | null;
  /** Whether a proof takes the password beside a second factor. Not of a user who has none. */
  readonly passwordNeeded: boolean;
  /**
   * How many failures a signed-in user may still make until codes are refused in the session too; 0: they are. `null` if
   * none is counted since the last success. Sign-ins are counted with them. For the user and your staff alone.
   */
  readonly triesLeft: number | null;
  /**
   * `from`: the instant from which MFA is required; `null`: it is not. `rule`: what demands it, if the option `require`
   * names that. Of a user whose grace has not begun to count, `from` is when it would end if they signed in now.
   */
  readonly enforcement: { readonly from: Date; readonly rule?: string } | null;
  /** When the user's grace began to count: their first sign-in under a requirement with grace. */
  readonly graceSince?: Date;
  /** Nothing requires MFA before this instant. */
  readonly exemptUntil?: Date;
  /** The epoch of sessions that are signed in now. */
  readonly sessionEpoch: number;
  /** `seq` of the user's newest event. */
  readonly seq: number;
}

/** The user's sessions after a change. */
export interface Sessions {
  /** Sessions of another epoch are void. Give this one to the session that acted. */
  readonly sessionEpoch: number;
  /** `seq` of the user's newest event. */
  readonly seq: number;
}

/** The part of the history to read. */
export interface HistoryPage {
  /** Only events with a lower `seq`. */
  readonly before?: number;
  /** 1 to 200, default 50. */
  readonly limit?: number;
}

/** How `rekey` goes over the users. */
export interface RekeyOptions {
  readonly signal?: AbortSignal;
  /** Goes on after this user: the `after` of the last progress of a run that was stopped. Default: from the first. */
  readonly after?: string;
  /** Users that are written at a time; 1 to 64, default 1. */
  readonly concurrency?: number;
  /** Who rotates, for the events; cut to 255 characters. */
  readonly actor?: string;
}

/** How far `rekey` has come. Counts users of this run. */
export interface RekeyProgress {
  readonly scanned: number;
  /** Sealed anew under the newest key. */
  readonly rekeyed: number;
  /** Hold something that no configured key opens, or cannot be read at all. Left as they were. */
  readonly unreadable: number;
  /** The last user of the page: everyone up to here is done. */
  readonly after: string;
}

/** How `keyReport` goes over the users. */
export interface KeyReportOptions {
  readonly signal?: AbortSignal;
  /** Called after each page with the number of users that were read. */
  readonly onProgress?: (scanned: number) => void;
}

/** How many users depend on one key. */
export interface KeyUsage {
  /** `null`: users whose record this application cannot read, whatever their keys. */
  readonly keyId: string | null;
  /** Whether the key is among `keys`. Users of a key that is not cannot pass. */
  readonly configured: boolean;
  /** Whether it is the key that seals. */
  readonly newest: boolean;
  readonly users: number;
}

/**
 * Multi-factor authentication of the users of one application.
 *
 * Every refusal throws an `MfaError`. Beside the codes named below, every call may throw `invalid_input` and
 * `store_unavailable`, every call that writes `contention`, and every call that hashes a backup code `hasher_unavailable`.
 * An attempt that ends in `busy` or `store_unavailable` may
 * have been counted as a failure: it is counted before its slow work begins.
 */
export interface Mfa {
  /**
   * Call after the first factor was accepted: says what comes next.
   * @param options - `seenSeq`: the highest `seq` that you have seen for this user. A record that is missing or older, such
   *   as one from a backup, refuses: it does not show whether the user has MFA. `device`: the device cookie of the request.
   *   If the answer has a `device`, set it as the cookie in its place.
   * @throws {MfaError} `locked`, `record_outdated`
   */
  begin(
    userId: string,
    request?: RequestContext,
    options?: FromDevice & { readonly seenSeq?: number },
  ): Promise<BeginResult>;

  /**
   * The user that a token was issued to, so that you can look the account up before the token is used. Spends nothing
   * and reads nothing from the store.
   * @throws {MfaError} `invalid_token` if it was not sealed here, or has expired
   */
  tokenHolder(token: string): Promise<TokenHolder>;

  /**
   * Completes a sign-in. Spends the token and the code or backup code. With `trustDevice`, because the user asked for it,
   * the browser needs no second factor for some days; not after a backup code, nor while policy requires MFA.
   * @throws {MfaError} `invalid_token`, `token_used`, `invalid_code`, `code_already_used`, `invalid_backup_code`, `locked`,
   *   `two_codes_required`, `secret_unreadable`, `busy`; with a passkey `invalid_assertion`, `unknown_credential`,
   *   `counter_regressed`, `backup_eligibility_changed`, none of which counts as a failure
   */
  verify(
    input: { readonly token: string | TokenHolder; readonly trustDevice?: TrustDevice | undefined } & SecondFactor,
    request?: RequestContext,
  ): Promise<Verified>;

  /**
   * A token for fresh proof by an answer that signs it, such as a passkey's: pass both to `stepUp`, or in a proof. An answer
   * of another kind needs none. Reads only.
   * @throws {MfaError} `not_enabled`, `locked`
   */
  challenge(userId: string): Promise<AnswerPrompts>;

  /**
   * A token for a sign-in by a passkey alone, before anybody is known. Reads and stores nothing.
   * @throws {MfaError} `not_offered` if no kind that `createMfa` was given signs in alone
   */
  passkeyChallenge(): Promise<Omit<AnswerPrompts, 'methods'>>;

  /**
   * Signs in by a passkey that names its user and has verified them: two factors in one (NIST SP 800-63B-4 §3.1.7). Only a
   * lock that `unlock` ends stops it. Wrong passwords stay counted, as after `stepUp`.
   * @throws {MfaError} `not_offered`, `invalid_token`, `token_used`, `invalid_assertion`, `unknown_credential`,
   *   `counter_regressed`, `backup_eligibility_changed`, `locked`, `secret_unreadable`; `password_required` if the passkey
   *   did not verify its user, or never did it beside another factor
   */
  passkeySignIn(
    input: { readonly token: string } & Partial<Omit<FactorInputs, 'code' | 'backupCode'>>,
    request?: RequestContext,
  ): Promise<Verified>;

  /**
   * Fresh proof of a signed-in user, before something sensitive (RFC 9470). `authTime` says when. Resets the failure
   * count, except failures that may be wrong passwords.
   * @throws {MfaError} as `verify`, and `not_enabled`; `invalid_token` and `token_used` only if a token is given
   */
  stepUp(userId: string, input: FreshFactor, request?: RequestContext): Promise<Verified>;

  /**
   * Stages a factor: an authenticator app, or one of the `kind` that `details` names. Nothing that is active changes
   * before `confirm`; a further setup replaces the one that waits. A kind that cannot have this user, such as a passkey one
   * whose id is longer than a handle, refuses it as `invalid_input`.
   * @throws {MfaError} `already_enabled` if a factor is active and no proof is given, `too_many_factors`, `busy`;
   *   with a token `invalid_token`, `token_used`, `enforcement_not_pending`, `locked`; with a proof as `disable`, but never
   *   `required_by_policy` or `not_enabled`; `proof_required` too if `signedInAt` is too long ago and no password is given,
   *   or `sign_in_required` if the user has none
   */
  setup(
    subject: SetupSubject,
    details: SetupDetails & { readonly kind: string },
    request?: RequestContext,
  ): Promise<StagedSetup & Readonly<Record<string, unknown>>>;
  setup(subject: SetupSubject, details: SetupDetails, request?: RequestContext): Promise<SetupResult>;

  /**
   * Activates the staged factor by its first code, and spends that code. As many wrong codes as would lock an account
   * void the setup instead. With an enroll token this completes the sign-in. For a signed-in user it is fresh proof, as
   * `stepUp` is: sign the session in anew with `authTime` and `amr`.
   *
   * The backup codes of a first factor are hashed here, after a right code. If that ends in `busy`, nothing has changed:
   * the code and the setup are good for another try.
   * A wrong code that the app shows at another time within half an hour is refused as `clock_ahead` or `clock_behind`,
   * and counts as a wrong one.
   * @param code - `factorId`: the setup that is meant. Pass it, and a second tab or a reload hears what became of its setup:
   *   `setup_replaced`, `setup_confirmed`, `setup_voided` after too many wrong codes, or `setup_expired`. None of them
   *   counts as a wrong code.
   * @throws {MfaError} `setup_not_started`, `already_enabled`, `setup_expired`, `setup_voided`, `setup_replaced`,
   *   `setup_confirmed`, `invalid_code`, `clock_ahead`, `clock_behind`, `secret_unreadable`, `busy`; of a passkey
   *   `invalid_registration`, `already_registered`, neither of which counts; with a token `invalid_token`, `token_used`,
   *   `enforcement_not_pending`, `locked`
   */
  confirm(
    subject: SetupSubject,
    code: SecondFactor & { readonly factorId?: string | undefined },
    request?: RequestContext,
  ): Promise<Verified & { readonly factorId: string }>;

  /**
   * Removes every factor and backup code. End the user's other sessions.
   * @throws {MfaError} `proof_required`, `invalid_password`, `invalid_code`, `code_already_used`,
   *   `invalid_backup_code`, `two_codes_required`, `locked`, `not_enabled`, `required_by_policy`, `secret_unreadable`, `busy`;
   *   with a token `invalid_token`, `token_used`; with a passkey `invalid_assertion`, `unknown_credential`,
   *   `counter_regressed`, `backup_eligibility_changed`, none of which counts as a failure
   */
  disable(userId: string, proof: Proof, request?: RequestContext): Promise<Sessions>;

  /**
   * Removes one factor, and with the last one the backup codes. End the user's other sessions.
   * @throws {MfaError} as `disable`, but `factor_not_found` instead of `not_enabled`
   */
  removeFactor(userId: string, factorId: string, proof: Proof, request?: RequestContext): Promise<Sessions>;

  /**
   * Replaces the whole set of backup codes at once. The new ones are shown here, once. Voids no session.
   * @throws {MfaError} as `disable`, except `required_by_policy`
   */
  regenerate(
    userId: string,
    proof: Proof,
    request?: RequestContext,
  ): Promise<Sessions & { readonly backupCodes: readonly string[] }>;

  /** What is known about a user: for the user's own pages and for trusted staff. */
  status(userId: string): Promise<MfaStatus>;

  /** Requires MFA of a user from a given instant on; default: now. */
  enforce(userId: string, options?: { readonly from?: Date }, request?: RequestContext): Promise<void>;

  /**
   * No longer requires MFA of a user. With `until`, nothing requires it before that instant, the option `require`
   * included, and what is required after it stays. `until` may be bounded by the `maxExemptionDays` of a requirement.
   */
  exempt(userId: string, options?: { readonly until?: Date }, request?: RequestContext): Promise<void>;

  /**
   * For an emergency: nothing requires MFA of this user for 1 to 60 minutes. It takes a reason, and its event is to be
   * alerted on. It lifts a requirement, never a factor and never a lock: a user who has a factor is refused, and needs
   * `reset`; a locked one needs `unlock`.
   * @throws {MfaError} `already_enabled`
   */
  breakGlass(
    userId: string,
    options: { readonly minutes: number },
    request: RequestContext & { readonly reason: string },
  ): Promise<void>;

  /**
   * For the host's login route: counts a wrong password. A lock that wrong passwords here alone have made stops every
   * sign-in, but no living session: step-up and proofs pass there until something fails. Nor does it stop a trusted device
   * that the call names, until ten failures came with it. Answer "wrong password" only once this has resolved.
   * @throws {MfaError} `locked`
   */
  passwordFailed(userId: string, request?: RequestContext, from?: FromDevice): Promise<void>;

  /**
   * Call when the password was changed or reset: voids open tokens, trusted devices and every session of an earlier epoch,
   * and forgets the wrong passwords.
   */
  passwordChanged(userId: string, request?: RequestContext): Promise<Sessions>;

  /**
   * For the host's login route: call it before the password is checked.
   * @throws {MfaError} `locked`
   */
  assertNotLocked(userId: string, from?: FromDevice): Promise<void>;

  /**
   * Ends the trust in one device. Needs no proof: it only takes away. With `request.actor`, its event names support.
   * @throws {MfaError} `device_not_found`
   */
  forgetDevice(userId: string, deviceId: string, request?: RequestContext): Promise<void>;

  /** Ends the trust in every device of a user. */
  forgetDevices(userId: string, request?: RequestContext): Promise<void>;

  /** Support: lifts a lock and resets the failure count, the slow one of wrong codes included. */
  unlock(userId: string, request?: RequestContext): Promise<void>;

  /**
   * Support, for a user who lost everything: removes every factor and backup code, and voids every open challenge. Does
   * not lift a lock.
   */
  reset(userId: string, request?: RequestContext): Promise<void>;

  /**
   * Takes over a user from another system. Needs no proof: for trusted scripts, never behind a route. Running it again
   * changes nothing, and never replaces what was enrolled, removed, regenerated, reset or forgotten here. Lockouts are not
   * taken over. Enforce afterwards, or by `enforceFrom`: who was enforced before is kept.
   * @param options - `dryRun`: writes nothing, and answers the same
   * @throws {MfaError} `busy` if there are codes to hash and no places to do it
   */
  importUser(
    user: ImportedUser,
    options?: { readonly dryRun?: boolean | undefined },
    request?: RequestContext,
  ): Promise<ImportResult>;

  /** Erases everything about a user, events included. */
  forget(userId: string, request?: RequestContext): Promise<void>;

  /** The user's events, newest first. */
  history(userId: string, page?: HistoryPage): Promise<readonly MfaEvent[]>;

  /**
   * Seals every user's secrets under the newest key. Yields after each page of users; can be stopped and run again, from
   * the start or from where it was. If one user fails, it ends with that failure once those beside it have ended.
   * @throws the signal's reason once it is aborted
   */
  rekey(options?: RekeyOptions): AsyncIterable<RekeyProgress>;

  /**
   * Users in a state, or of a key, a page at a time: for your staff. Call it until `after` is `null`; a page may be empty
   * before. A user who enters or leaves the list while you page may be missed, nobody is met twice.
   */
  list(filter: UserFilter, page?: UserPage): Promise<UserList>;

  /**
   * How many users there are, and how many in each state. By index if the store has one, otherwise it reads every record:
   * see the page about sizing.
   */
  stats(): Promise<MfaStats>;

  /**
   * How many users depend on each key. A key without users can be dropped from `keys`.
   * @throws the signal's reason once it is aborted
   */
  keyReport(options?: KeyReportOptions): Promise<readonly KeyUsage[]>;

  /**
   * Proves that everything works, before the first user finds out: seals and opens with the keys, reads the clock,
   * computes a hash, asks the store. Call it at the start of the application, and let it end the process.
   * @throws {Error} that names the first part that is wrong. If that is the hasher or the store, it is an `MfaError`, and
   *   its `cause` says what to do
   */
  check(): Promise<void>;

  /** Epoch milliseconds, by the clock that `createMfa` was given. Routers and guards go by it. */
  clock(): number;
}
