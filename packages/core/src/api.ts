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
  /** Pass it on with the answer. It carries the attempt, and is no secret of the user. */
  readonly token: string;
  /** Until when the token is good: `challengeTtlSeconds` from now. */
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
      /** From then on the user must have a second factor; absent if nothing requires one. */
      readonly enrollBy?: Date;
      /** Present if policy wants the user reminded of `enrollBy` today. */
      readonly remind?: true;
      /** Keep it in the session, and pass it with every call of that session. */
      readonly sessionEpoch: number;
      /** `seq` of the user's newest event. Keep the highest you see in your user row, and pass it as `seenSeq`. */
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
  | {
      readonly next: 'enroll';
      /** For `setup` and `confirm`, in place of a user id. */
      readonly token: string;
      /** Until when the token is good: `setupTtlSeconds` from now. */
      readonly expiresAt: Date;
    };

/**
 * The user that a token was issued to. Pass this very object in place of the token to the `Mfa` that made it, and the
 * token is not opened a second time.
 */
export interface TokenHolder {
  /** Your id of the user. */
  readonly userId: string;
  /** The token itself, opened already. */
  readonly token: string;
}

/** A signed-in user who is setting up. */
export interface SignedInSubject {
  /** Your id of the user of this session. */
  readonly userId: string;
  /** Absent: a session needs no token. */
  readonly token?: undefined;
}

/** The holder of an enroll token, who is setting up. */
export interface TokenSubject {
  /** Of `begin`, when it answers `enroll`; or its holder. */
  readonly token: string | TokenHolder;
  /** Absent: the token names the user. */
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
  /** Pass it to `confirm`, so that it means this setup and no newer one. */
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
  /** For `removeFactor`. It stays while the factor exists. */
  readonly id: string;
  /** `totp`, or the kind that was passed to `createMfa`, such as `webauthn`. */
  readonly kind: string;
  /** The user's own name for it, unique among the user's factors. */
  readonly label: string;
  /** When its setup began. */
  readonly createdAt: Date;
  /** When it was last accepted; at first, when it was confirmed. */
  readonly lastUsedAt: Date;
  /** Present if the secret was imported and has less than 128 bits: ask for a new enrollment. */
  readonly weak?: true;
}

/** A trusted device, as its user may see it. */
export interface DeviceStatus {
  /** For `forgetDevice`. */
  readonly id: string;
  /** What the user is shown, such as `Firefox on Windows`. */
  readonly label: string;
  /** When the user began to trust it. */
  readonly createdAt: Date;
  /** When it last took the place of a second factor; at first, when it was trusted. */
  readonly lastUsedAt: Date;
  /** When the trust ends, used or not. */
  readonly expiresAt: Date;
}

/** What is known about a user. */
export interface MfaStatus {
  /** Whether the user has a second factor. */
  readonly enabled: boolean;
  /** The active ones, oldest first; empty without MFA. */
  readonly factors: readonly FactorStatus[];
  /** Backup codes that are unspent; 0 to 100. */
  readonly backupCodesRemaining: number;
  /** Present if they are those of another system: ask the user for `regenerate`. */
  readonly backupCodesImported?: true;
  /** Browsers that need no second factor to sign in; also while policy lets none of them. */
  readonly devices: readonly DeviceStatus[];
  /** Whether the next sign-in is refused as `locked`. */
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
  readonly enforcement: {
    /** The instant from which MFA is required. */
    readonly from: Date;
    /** What demands it, as the option `require` names it. */
    readonly rule?: string;
  } | null;
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
  /** Stops after the page that is being written. Default: it runs to the end. */
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
  /** Users that were read. */
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
  /** Stops between two pages. Default: it runs to the end. */
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
  /** Users of whom something is sealed under this key. */
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
   * Says what comes next once the first factor was accepted: a session, the second factor, or enrollment.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @param options - `seenSeq`: the highest `seq` that you have seen for this user. A record that is missing or
   *   older, such as one from a backup, refuses: it does not show whether the user has MFA. `device`: the device
   *   cookie of the request. If the answer has a `device`, set it as the cookie in its place.
   * @throws {MfaError} `locked`, `record_outdated`, `invalid_input`, `store_unavailable`, `contention`,
   *   `session_revoked`
   * @example
   * ```ts
   * const step = await mfa.begin(userId);
   * if (step.next === 'verify') console.log(step.methods); // [ 'totp', 'backup_code' ]
   * ```
   */
  begin(
    userId: string,
    request?: RequestContext,
    options?: FromDevice & { readonly seenSeq?: number },
  ): Promise<BeginResult>;

  /**
   * Opens a token of `begin` and tells its user, so that you can look the account up before the token is used. Spends
   * nothing and reads nothing from the store.
   * @param token - of `begin`, at most 512 characters
   * @throws {MfaError} `invalid_token` if it was not sealed here, or has expired
   * @example
   * ```ts
   * const holder = await mfa.tokenHolder(token);
   * const { amr } = await mfa.verify({ token: holder, code });
   * ```
   */
  tokenHolder(token: string): Promise<TokenHolder>;

  /**
   * Completes a sign-in. Spends the token and the code or backup code. With `trustDevice`, because the user asked for
   * it, the browser needs no second factor for some days; not after a backup code, nor while policy requires MFA.
   * @param input - `token`: of `begin`, or its holder; with exactly one answer: `code`, `backupCode`, or the field of
   *   another kind; and `trustDevice`, if the user asked for it
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `invalid_token`, `token_used`, `invalid_code`, `code_already_used`, `invalid_backup_code`,
   *   `not_enabled`, `locked`, `two_codes_required`, `secret_unreadable`, `busy`, `hasher_unavailable`, `invalid_input`,
   *   `store_unavailable`, `contention`, `session_revoked`; `invalid_assertion`, `unknown_credential`,
   *   `counter_regressed` and `backup_eligibility_changed` of a passkey, which do not count as failures
   * @example
   * ```ts
   * const { amr, sessionEpoch } = await mfa.verify({ token, code });
   * ```
   */
  verify(
    input: { readonly token: string | TokenHolder; readonly trustDevice?: TrustDevice | undefined } & SecondFactor,
    request?: RequestContext,
  ): Promise<Verified>;

  /**
   * Makes a token for fresh proof by an answer that signs it, such as a passkey's: pass both to `stepUp`, or in a
   * proof. An answer of another kind needs none. Reads only.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @throws {MfaError} `not_enabled`, `locked`, `invalid_input`, `store_unavailable`
   * @example
   * ```ts
   * const { token, methods } = await mfa.challenge(userId);
   * ```
   */
  challenge(userId: string): Promise<AnswerPrompts>;

  /**
   * Makes a token for a sign-in by a passkey alone, before anybody is known. Reads and stores nothing.
   * @throws {MfaError} `not_offered` if no kind that `createMfa` was given signs in alone
   * @example
   * ```ts
   * const asked = await mfa.passkeyChallenge().catch((error: MfaError) => error.code);
   * console.log(asked); // not_offered: this application has no passkeys
   * ```
   */
  passkeyChallenge(): Promise<Omit<AnswerPrompts, 'methods'>>;

  /**
   * Signs in by a passkey that names its user and has verified them: two factors in one (NIST SP 800-63B-4 §3.1.7).
   * Only a lock that `unlock` ends stops it. Wrong passwords stay counted, as after `stepUp`.
   * @param input - `token`: of `passkeyChallenge`; with the answer of the passkey
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `not_offered`, `invalid_token`, `token_used`, `invalid_assertion`, `unknown_credential`,
   *   `counter_regressed`, `backup_eligibility_changed`, `locked`, `secret_unreadable`, `invalid_input`,
   *   `store_unavailable`, `contention`, `session_revoked`; `password_required` if the passkey did not verify its
   *   user, or never did it beside another factor
   * @example
   * ```ts
   * const refused = await mfa.passkeySignIn({ token }).catch((error: MfaError) => error.code);
   * console.log(refused); // not_offered: this application has no passkeys
   * ```
   */
  passkeySignIn(
    input: { readonly token: string } & Partial<Omit<FactorInputs, 'code' | 'backupCode'>>,
    request?: RequestContext,
  ): Promise<Verified>;

  /**
   * Takes fresh proof of a signed-in user, before something sensitive (RFC 9470). `authTime` says when. Resets the
   * failure count, except failures that may be wrong passwords.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param input - exactly one answer, and with a passkey the token of `challenge` that it signs
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `invalid_code`, `code_already_used`, `invalid_backup_code`, `two_codes_required`,
   *   `not_enabled`, `locked`, `secret_unreadable`, `busy`, `hasher_unavailable`, `invalid_input`,
   *   `store_unavailable`, `contention`, `session_revoked`; with a token `invalid_token`, `token_used`;
   *   `invalid_assertion`, `unknown_credential`, `counter_regressed` and `backup_eligibility_changed` of a passkey,
   *   which do not count as failures
   * @example
   * ```ts
   * const { authTime } = await mfa.stepUp(userId, { code });
   * ```
   */
  stepUp(userId: string, input: FreshFactor, request?: RequestContext): Promise<Verified>;

  /**
   * Stages a factor: an authenticator app, or one of the `kind` that `details` names. Nothing that is active changes
   * before `confirm`; a further setup replaces the one that waits. A kind that cannot have this user, such as a
   * passkey one whose id is longer than a handle, refuses it as `invalid_input`.
   * @param subject - the signed-in user, `{ userId }`, or the holder of an enroll token, `{ token }`
   * @param details - the name that the app shows; a label; the proof, if a factor is active; `kind`, unless it is an app
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `already_enabled` if a factor is active and no proof is given, `too_many_factors`, `busy`,
   *   `invalid_input`, `store_unavailable`, `contention`, `session_revoked`; with a token `invalid_token`,
   *   `token_used`, `enforcement_not_pending`, `locked`; with a proof `proof_required`, `invalid_password`,
   *   `invalid_code`, `code_already_used`, `invalid_backup_code`, `two_codes_required`, `locked`,
   *   `secret_unreadable`, `hasher_unavailable`, and `invalid_assertion`, `unknown_credential`, `counter_regressed`
   *   and `backup_eligibility_changed` of a passkey, which do not count as failures; `proof_required` too if
   *   `signedInAt` is too long ago and no password is given, or `sign_in_required` if the user has none
   * @example
   * ```ts
   * const { uri, backupCodes } = await mfa.setup({ userId: newUserId }, { accountName: 'bob@example.com' });
   * ```
   */
  setup(
    subject: SetupSubject,
    details: SetupDetails & { readonly kind: string },
    request?: RequestContext,
  ): Promise<StagedSetup & Readonly<Record<string, unknown>>>;
  /**
   * Stages an authenticator app. The QR code of `uri` is for the user, and so are the backup codes; both are given once.
   */
  setup(subject: SetupSubject, details: SetupDetails, request?: RequestContext): Promise<SetupResult>;

  /**
   * Activates the staged factor by its first code, and spends that code. As many wrong codes as would lock an account
   * void the setup instead. With an enroll token this completes the sign-in. For a signed-in user it is fresh proof,
   * as `stepUp` is: sign the session in anew with `authTime` and `amr`.
   *
   * Hashes the backup codes of a first factor after a right code. If that ends in `busy`, nothing has changed: the
   * code and the setup are good for another try. A wrong code that the app shows at another time within half an hour
   * is refused as `clock_ahead` or `clock_behind`, and counts as a wrong one.
   * @param subject - as for the `setup` that it confirms
   * @param code - the first answer. `factorId`: the setup that is meant. Pass it, and a second tab or a reload hears
   *   what became of its setup: `setup_replaced`, `setup_confirmed`, `setup_voided` after too many wrong codes, or
   *   `setup_expired`. None of them counts as a wrong code.
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `setup_not_started`, `already_enabled`, `setup_expired`, `setup_voided`, `setup_replaced`,
   *   `setup_confirmed`, `invalid_code`, `clock_ahead`, `clock_behind`, `secret_unreadable`, `busy`,
   *   `hasher_unavailable`, `invalid_input`, `store_unavailable`, `contention`, `session_revoked`; of a passkey
   *   `invalid_registration`, `already_registered`, neither of which counts; with a token `invalid_token`,
   *   `token_used`, `enforcement_not_pending`, `locked`
   * @example
   * ```ts
   * const { uri, factorId } = await mfa.setup({ userId: newUserId }, { accountName: 'bob@example.com' });
   * const first = virtualAuthenticator(uri).code(mfa.clock()); // what the user types
   * await mfa.confirm({ userId: newUserId }, { code: first, factorId });
   * ```
   */
  confirm(
    subject: SetupSubject,
    code: SecondFactor & {
      /** The setup that is meant. */
      readonly factorId?: string | undefined;
    },
    request?: RequestContext,
  ): Promise<
    Verified & {
      /** The factor that is active now. */
      readonly factorId: string;
    }
  >;

  /**
   * Removes every factor and backup code. End the user's other sessions.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param proof - a second factor, and the password of a user who has one
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `proof_required`, `invalid_password`, `invalid_code`, `code_already_used`,
   *   `invalid_backup_code`, `two_codes_required`, `locked`, `secret_unreadable`, `busy`, `hasher_unavailable`,
   *   `not_enabled`, `required_by_policy`, `invalid_input`, `store_unavailable`, `contention`, `session_revoked`;
   *   with a token `invalid_token`, `token_used`; `invalid_assertion`, `unknown_credential`, `counter_regressed` and
   *   `backup_eligibility_changed` of a passkey, which do not count as failures
   * @example
   * ```ts
   * const { sessionEpoch } = await mfa.disable(userId, { password, code });
   * ```
   */
  disable(userId: string, proof: Proof, request?: RequestContext): Promise<Sessions>;

  /**
   * Removes one factor, and with the last one the backup codes. End the user's other sessions.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param factorId - of `status` or of `confirm`
   * @param proof - a second factor, and the password of a user who has one
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `proof_required`, `invalid_password`, `invalid_code`, `code_already_used`,
   *   `invalid_backup_code`, `two_codes_required`, `locked`, `secret_unreadable`, `busy`, `hasher_unavailable`,
   *   `factor_not_found`, `required_by_policy`, `invalid_input`, `store_unavailable`, `contention`,
   *   `session_revoked`; with a token `invalid_token`, `token_used`; `invalid_assertion`, `unknown_credential`,
   *   `counter_regressed` and `backup_eligibility_changed` of a passkey, which do not count as failures
   * @example
   * ```ts
   * const { factors } = await mfa.status(userId);
   * await mfa.removeFactor(userId, factors[0]?.id ?? '', { password, code });
   * ```
   */
  removeFactor(userId: string, factorId: string, proof: Proof, request?: RequestContext): Promise<Sessions>;

  /**
   * Replaces the whole set of backup codes at once. The new ones are shown here, once. Voids no session.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param proof - a second factor, and the password of a user who has one
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `proof_required`, `invalid_password`, `invalid_code`, `code_already_used`,
   *   `invalid_backup_code`, `two_codes_required`, `locked`, `secret_unreadable`, `busy`, `hasher_unavailable`,
   *   `not_enabled`, `invalid_input`, `store_unavailable`, `contention`, `session_revoked`; with a token
   *   `invalid_token`, `token_used`; `invalid_assertion`, `unknown_credential`, `counter_regressed` and
   *   `backup_eligibility_changed` of a passkey, which do not count as failures
   * @example
   * ```ts
   * const { backupCodes } = await mfa.regenerate(userId, { password, code });
   * ```
   */
  regenerate(
    userId: string,
    proof: Proof,
    request?: RequestContext,
  ): Promise<
    Sessions & {
      /** The new codes, in clear: show them once. */
      readonly backupCodes: readonly string[];
    }
  >;

  /**
   * Tells what is known about a user: for the user's own pages and for trusted staff.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @throws {MfaError} `invalid_input`, `store_unavailable`
   * @example
   * ```ts
   * const { enabled, backupCodesRemaining } = await mfa.status(userId);
   * ```
   */
  status(userId: string): Promise<MfaStatus>;

  /**
   * Requires MFA of a user from a given instant on.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param options - `from`: the instant; default: now
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `invalid_input`, `store_unavailable`, `contention`, `session_revoked`
   * @example
   * ```ts
   * await mfa.enforce(userId, { from: new Date(mfa.clock() + 7 * 86_400_000) }); // in a week
   * ```
   */
  enforce(userId: string, options?: { readonly from?: Date }, request?: RequestContext): Promise<void>;

  /**
   * Lifts what `enforce` required of a user. With `until`, nothing requires it before that instant, the option
   * `require` included, and what is required after it stays. `until` may be bounded by the `maxExemptionDays` of a
   * requirement.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param options - `until`: the end of the exemption; without it, only what `enforce` stored is lifted
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `invalid_input`, `store_unavailable`, `contention`, `session_revoked`
   * @example
   * ```ts
   * await mfa.exempt(userId, { until: new Date(mfa.clock() + 86_400_000) }, { actor: 'support', reason: 'a new phone' });
   * ```
   */
  exempt(userId: string, options?: { readonly until?: Date }, request?: RequestContext): Promise<void>;

  /**
   * Lifts what requires MFA of this user, in an emergency, for 1 to 60 minutes. It takes a reason, and its event is
   * to be alerted on. It lifts a requirement, never a factor and never a lock: a user who has a factor is refused,
   * and needs `reset`; a locked one needs `unlock`.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param options - `minutes`: 1 to 60
   * @param request - with the `reason`, 1 to 500 characters
   * @throws {MfaError} `already_enabled`, `invalid_input`, `store_unavailable`, `contention`, `session_revoked`
   * @example
   * ```ts
   * await mfa.breakGlass(newUserId, { minutes: 15 }, { actor: 'support', reason: 'incident 42' });
   * ```
   */
  breakGlass(
    userId: string,
    options: { readonly minutes: number },
    request: RequestContext & { readonly reason: string },
  ): Promise<void>;

  /**
   * Counts a wrong password, for the host's login route. A lock that wrong passwords here alone have made stops every
   * sign-in, but no living session: step-up and proofs pass there until something fails. Nor does it stop a trusted
   * device that the call names, until ten failures came with it. Answer "wrong password" only once this has resolved.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @param from - `device`: the device cookie of the request
   * @throws {MfaError} `locked`, `invalid_input`, `store_unavailable`, `contention`, `session_revoked`
   * @example
   * ```ts
   * await mfa.passwordFailed(userId, { ip: '192.0.2.1' });
   * ```
   */
  passwordFailed(userId: string, request?: RequestContext, from?: FromDevice): Promise<void>;

  /**
   * Voids open tokens, trusted devices and every session of an earlier epoch, and forgets the wrong passwords: call
   * it when the password was changed or reset.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `invalid_input`, `store_unavailable`, `contention`, `session_revoked`
   * @example
   * ```ts
   * const { sessionEpoch } = await mfa.passwordChanged(userId);
   * ```
   */
  passwordChanged(userId: string, request?: RequestContext): Promise<Sessions>;

  /**
   * Refuses a locked account: call it in the login route before the password is checked.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param from - `device`: the device cookie of the request
   * @throws {MfaError} `locked`, `invalid_input`, `store_unavailable`
   * @example
   * ```ts
   * await mfa.assertNotLocked(userId);
   * ```
   */
  assertNotLocked(userId: string, from?: FromDevice): Promise<void>;

  /**
   * Ends the trust in one device. Needs no proof: it only takes away. With `request.actor`, its event names support.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param deviceId - of `status`
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `device_not_found`, `invalid_input`, `store_unavailable`, `contention`, `session_revoked`
   * @example
   * ```ts
   * const { devices } = await mfa.status(userId);
   * for (const { id } of devices) await mfa.forgetDevice(userId, id);
   * ```
   */
  forgetDevice(userId: string, deviceId: string, request?: RequestContext): Promise<void>;

  /**
   * Ends the trust in every device of a user.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `invalid_input`, `store_unavailable`, `contention`, `session_revoked`
   * @example
   * ```ts
   * await mfa.forgetDevices(userId);
   * ```
   */
  forgetDevices(userId: string, request?: RequestContext): Promise<void>;

  /**
   * Lifts a lock and resets the failure count, the slow one of wrong codes included: for support.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `invalid_input`, `store_unavailable`, `contention`, `session_revoked`
   * @example
   * ```ts
   * await mfa.unlock(userId, { actor: 'support', reason: 'called back on the number we have' });
   * ```
   */
  unlock(userId: string, request?: RequestContext): Promise<void>;

  /**
   * Removes every factor and backup code of a user who lost everything, and voids every open challenge: for support.
   * Does not lift a lock.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `invalid_input`, `store_unavailable`, `contention`, `session_revoked`
   * @example
   * ```ts
   * await mfa.reset(userId, { actor: 'support', reason: 'lost the phone and the codes' });
   * ```
   */
  reset(userId: string, request?: RequestContext): Promise<void>;

  /**
   * Takes over a user from another system. Needs no proof: for trusted scripts, never behind a route. Running it
   * again changes nothing, and never replaces what was enrolled, removed, regenerated, reset or forgotten here.
   * Lockouts are not taken over. Enforce afterwards, or by `enforceFrom`: who was enforced before is kept.
   * @param user - what the other system has of the user
   * @param options - `dryRun`: writes nothing, and answers the same
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `busy` if there are codes to hash and no places to do it, `hasher_unavailable`,
   *   `invalid_input`, `store_unavailable`, `contention`
   * @example
   * ```ts
   * const secret = new Uint8Array(20); // the key of the app, as the other system has it
   * const { outcome } = await mfa.importUser({ userId: newUserId, source: 'old', factors: [{ externalId: '1', secret }] });
   * ```
   */
  importUser(
    user: ImportedUser,
    options?: { readonly dryRun?: boolean | undefined },
    request?: RequestContext,
  ): Promise<ImportResult>;

  /**
   * Erases everything about a user, events included.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param request - where the call comes from, for its event; with `sessionEpoch`, a session of another epoch is
   *   refused
   * @throws {MfaError} `invalid_input`, `store_unavailable`, `contention`, `session_revoked`
   * @example
   * ```ts
   * await mfa.forget(userId);
   * ```
   */
  forget(userId: string, request?: RequestContext): Promise<void>;

  /**
   * Reads the user's events, newest first.
   * @param userId - your id of the user: 1 to 255 bytes of UTF-8
   * @param page - `before`: only events with a lower `seq`. `limit`: 1 to 200, default 50
   * @throws {MfaError} `invalid_input`, `store_unavailable`
   * @example
   * ```ts
   * for (const { seq, type } of await mfa.history(userId, { limit: 10 })) console.log(seq, type);
   * ```
   */
  history(userId: string, page?: HistoryPage): Promise<readonly MfaEvent[]>;

  /**
   * Seals every user's secrets under the newest key. Yields after each page of users; can be stopped and run again,
   * from the start or from where it was. If one user fails, it ends with that failure once those beside it have
   * ended.
   * @param options - `after`: where to go on; `concurrency`: users at a time, 1 to 64, default 1; `signal` stops it;
   *   `actor` is for the events
   * @throws {MfaError} `invalid_input`, `store_unavailable`, `contention`; the signal's reason once it is aborted
   * @example
   * ```ts
   * for await (const { scanned, rekeyed } of mfa.rekey()) console.log(scanned, rekeyed);
   * ```
   */
  rekey(options?: RekeyOptions): AsyncIterable<RekeyProgress>;

  /**
   * Lists users in a state, or of a key, a page at a time: for your staff. Call it until `after` is `null`; a page
   * may be empty before. A user who enters or leaves the list while you page may be missed, nobody is met twice.
   * @param filter - `{ state }` or `{ key }`
   * @param page - `after`: that of the page before. `limit`: 1 to 500, default 100
   * @throws {MfaError} `invalid_input`, `store_unavailable`
   * @example
   * ```ts
   * const { users, after } = await mfa.list({ state: 'locked' });
   * ```
   */
  list(filter: UserFilter, page?: UserPage): Promise<UserList>;

  /**
   * Counts the users, and those in each state. By index if the store has one, otherwise it reads every record: see
   * the page about sizing.
   * @throws {MfaError} `store_unavailable`
   * @example
   * ```ts
   * const { users, enabled, states } = await mfa.stats();
   * ```
   */
  stats(): Promise<MfaStats>;

  /**
   * Counts the users who depend on each key. A key without users can be dropped from `keys`.
   * @param options - `signal` stops it; `onProgress` is called after each page
   * @throws {MfaError} `invalid_input`, `store_unavailable`; the signal's reason once it is aborted
   * @example
   * ```ts
   * for (const { keyId, users, newest } of await mfa.keyReport()) console.log(keyId, users, newest);
   * ```
   */
  keyReport(options?: KeyReportOptions): Promise<readonly KeyUsage[]>;

  /**
   * Proves that everything works, before the first user finds out: seals and opens with the keys, reads the clock,
   * computes a hash, asks the store. Call it at the start of the application, and let it end the process.
   * @throws {Error} that names the first part that is wrong. If that is the hasher or the store, it is an `MfaError`,
   *   and its `cause` says what to do
   * @example
   * ```ts
   * await mfa.check();
   * ```
   */
  check(): Promise<void>;

  /**
   * Reads the clock that `createMfa` was given, in epoch milliseconds. Routers and guards go by it.
   * @example
   * ```ts
   * const now = new Date(mfa.clock());
   * ```
   */
  clock(): number;
}
