/** Words: what a language has to say, as data. `en` is the whole of it in English. */
import type { ToldCode } from '../machines/told.ts';

/** One form for each plural category of the language (`Intl.PluralRules`); `{n}` stands for the number. */
export type Plural = { readonly other: string } & Partial<
  Readonly<Record<'zero' | 'one' | 'two' | 'few' | 'many', string>>
>;

/** For every element. `{app}` stands for the name of the application. */
export interface SharedWords {
  readonly loading: string;
  readonly tryAgain: string;
  readonly startAgain: string;
  readonly continue: string;
  readonly cancel: string;
  readonly signIn: string;
  readonly otherWays: string;
  readonly noWay: string;
  readonly code: string;
  readonly codeHint: string;
  readonly nextCode: string;
  readonly nextCodeHint: string;
  readonly backupCode: string;
  readonly backupCodeHint: string;
  readonly password: string;
  readonly showPassword: string;
  readonly hidePassword: string;
  readonly name: string;
  readonly nameHint: string;
  readonly passkeyHint: string;
  readonly passkeyUnderWay: string;
  readonly usePasskey: string;
  readonly useCode: string;
  readonly useBackupCode: string;
  /** `{when}`: a {@link Words.spans} or a date. */
  readonly endsSoon: string;
  readonly unlocked: string;
  readonly copied: string;
  readonly notCopied: string;
  /** In place of `triesLeft`, when none is left. */
  readonly lastTry: string;
  /** After a sentence about something wrong. */
  readonly triesLeft: Plural;
  /** Fields that are sent empty. */
  readonly empty: Readonly<Record<'code' | 'next_code' | 'backup_code' | 'password' | 'label', string>>;
  /** How long something still takes. */
  readonly spans: Readonly<Record<'seconds' | 'minutes' | 'hours', Plural>>;
}

/** Sentences for whatever did not go on; `_code` and the like: of a field. `{when}` stands for a span. */
export type RefusalWords = Readonly<
  Record<
    | Exclude<ToldCode, keyof ChangeRefusalWords>
    | 'invalid_input_code'
    | 'invalid_input_next_code'
    | 'invalid_input_backup_code'
    | 'locked_for_good',
    string
  >
>;

/** Sentences for what only a set-up or a change can meet: `mfa-sign-in` and `mfa-step-up` do without them. */
export type ChangeRefusalWords = Readonly<
  Record<
    | 'invalid_input_label'
    | 'invalid_password'
    | 'proof_required'
    | 'setup_not_started'
    | 'setup_expired'
    | 'setup_voided'
    | 'setup_replaced'
    | 'setup_confirmed'
    | 'already_enabled'
    | 'enforcement_not_pending'
    | 'required_by_policy'
    | 'factor_not_found'
    | 'device_not_found'
    | 'too_many_factors'
    | 'insufficient_user_authentication'
    | 'invalid_registration'
    | 'already_registered',
    string
  >
>;

/** For backup codes on the screen. */
export interface CodesWords {
  readonly title: string;
  readonly intro: string;
  readonly copy: string;
  readonly download: string;
  readonly file: string;
  readonly print: string;
  readonly saved: string;
  readonly finish: string;
  readonly notSaved: string;
  /** `{account}`, `{date}`. */
  readonly paper: string;
}

/** For `mfa-sign-in`. */
export interface SignInWords {
  readonly title: string;
  readonly intro: string;
  readonly trust: Plural;
  readonly trustHint: string;
  readonly help: string;
  readonly back: string;
  readonly locked: string;
}

/** For `mfa-step-up`. */
export interface StepUpWords {
  readonly title: string;
  readonly reason: string;
  readonly confirm: string;
}

/** For `mfa-enroll`. */
export interface EnrollWords {
  readonly title: string;
  readonly titleApp: string;
  readonly titlePasskey: string;
  readonly required: string;
  readonly passkey: string;
  readonly passkeyHint: string;
  readonly app: string;
  readonly appHint: string;
  /** Back to the choice. */
  readonly other: string;
  readonly proofTitle: string;
  readonly proofIntro: string;
  readonly steps: readonly [string, string, string];
  readonly picture: string;
  readonly cannotScan: string;
  readonly keyHint: string;
  readonly copyKey: string;
  readonly openApp: string;
  readonly turnOn: string;
  readonly addApp: string;
  readonly createIntro: string;
  readonly create: string;
  readonly ended: string;
}

/** For `mfa-manage`. `{name}` stands for what the user calls it, `{date}` for a day. */
export interface ManageWords {
  readonly title: string;
  readonly on: string;
  readonly off: string;
  readonly why: string;
  readonly turnOff: string;
  readonly turnOffAsk: string;
  readonly turnOffWhy: string;
  readonly passkeys: string;
  readonly noPasskeys: string;
  readonly addPasskey: string;
  readonly apps: string;
  readonly noApps: string;
  readonly addApp: string;
  readonly others: string;
  readonly codes: string;
  readonly codesLeft: Plural;
  readonly noCodes: string;
  readonly newCodes: string;
  readonly newCodesAsk: string;
  readonly newCodesWhy: string;
  readonly browsers: string;
  readonly forgetAll: string;
  readonly activity: string;
  readonly noActivity: string;
  readonly showMore: string;
  readonly added: string;
  readonly lastUsed: string;
  readonly trustedUntil: string;
  readonly remove: string;
  readonly forget: string;
  readonly removeAsk: string;
  readonly removeWhy: string;
  readonly removeLast: string;
  readonly keep: string;
  readonly required: string;
  readonly requiredFrom: string;
  readonly said: Readonly<Record<'on' | 'off' | 'added' | 'removed' | 'regenerated' | 'forgotten', string>>;
  readonly events: EventWords;
}

/** One sentence for each kind of event, and for what is known of it. */
export type EventWords = Readonly<
  Record<
    | 'signed_in_totp'
    | 'signed_in_backup_code'
    | 'signed_in_webauthn'
    | 'signed_in'
    | 'confirmed'
    | 'invalid_code'
    | 'invalid_backup_code'
    | 'invalid_password'
    | 'code_already_used'
    | 'invalid_assertion'
    | 'counter_regressed'
    | 'refused'
    | 'account_locked'
    | 'unlocked_by_support'
    | 'setup_started'
    | 'setup_voided'
    | 'passkey_added'
    | 'app_added'
    | 'passkey_removed'
    | 'app_removed'
    | 'turned_on'
    | 'disabled'
    | 'backup_codes_regenerated'
    | 'imported'
    | 'enforced'
    | 'exempted'
    | 'break_glass'
    | 'grace_started'
    | 'reset'
    | 'device_trusted'
    | 'device_used'
    | 'device_forgotten'
    | 'device_copied'
    | 'password_changed'
    | 'secret_unreadable'
    | 'unknown',
    string
  >
>;

/** A language. An application that has only some of the elements needs only their groups. */
export interface Words {
  readonly shared: SharedWords;
  readonly refusals: RefusalWords;
  readonly changeRefusals: ChangeRefusalWords;
  readonly codes: CodesWords;
  readonly signIn: SignInWords;
  readonly stepUp: StepUpWords;
  readonly enroll: EnrollWords;
  readonly manage: ManageWords;
}
