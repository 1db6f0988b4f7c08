/** MfaError: the one type in which every refusal leaves the library. */

/** One sentence per code, for developers. None of them ever holds a value that came from a caller or from the store. */
const MESSAGES = {
  invalid_code: 'The code is wrong.',
  code_already_used: 'The code was already used. Wait for the next one.',
  invalid_backup_code: 'The backup code is wrong or was already used.',
  invalid_password: 'The password is wrong.',
  locked: 'The account is locked after too many failed attempts.',
  not_enabled: 'Multi-factor authentication is not enabled for this user.',
  already_enabled: 'Multi-factor authentication is already enabled: a proof is needed to add a factor.',
  setup_not_started: 'No setup is waiting for a code.',
  setup_expired: 'The setup has expired. Start it again.',
  setup_voided: 'Too many wrong codes: the setup was ended. Start it again.',
  setup_replaced: 'Another setup was started since. Use the newest one.',
  setup_confirmed: 'This setup is confirmed already: the factor is active.',
  clock_ahead: 'The code belongs to a later time: the clock of the device that shows it is ahead.',
  clock_behind: 'The code belongs to an earlier time: the clock of the device that shows it is behind.',
  invalid_token: 'The challenge token is invalid or expired.',
  token_used: 'The challenge token has completed a sign-in already.',
  enforcement_not_pending: 'This user is not required to enroll now.',
  proof_required: 'A proof is required: the password together with a code or a backup code.',
  sign_in_required: 'The sign-in is too long ago. Sign in again.',
  required_by_policy: 'Policy requires this user to keep a second factor.',
  factor_not_found: 'This user has no such factor.',
  device_not_found: 'This user has no such trusted device.',
  too_many_factors: 'This user has as many factors as are allowed.',
  invalid_input: 'The input is invalid.',
  contention: 'Too many changes to this user at once. Try again.',
  store_unavailable: 'The store did not answer as it should. Try again later.',
  secret_unreadable: 'A stored secret cannot be read with the configured keys.',
  busy: 'The server is busy. Try again later.',
  hasher_unavailable: 'The hasher cannot be loaded.',
  session_revoked: 'The session was revoked. Sign in again.',
  record_outdated: 'The stored record is older than one that was seen before.',
  two_codes_required: 'Too many wrong codes in the past weeks: two consecutive codes are needed.',
  invalid_assertion: 'The answer of the passkey was not accepted.',
  unknown_credential: 'This passkey is not registered here.',
  counter_regressed: 'The counter of the passkey went back: it may have been copied.',
  backup_eligibility_changed: 'The passkey is not the one that was registered.',
  invalid_registration: 'The passkey could not be added.',
  already_registered: 'This passkey is added already.',
  password_required: 'This passkey does not sign in alone: sign in with the password, then with the passkey.',
  not_offered: 'This application does not offer that.',
} as const;

/** Why a call was refused. Stable: part of the public contract. */
export type MfaErrorCode = keyof typeof MESSAGES;

/** What an {@link MfaError} may carry beside its code. */
export interface MfaErrorDetails {
  /** Replaces the default sentence. Must not contain any value. */
  readonly message?: string;
  /** With `invalid_input`: the field that broke a rule. */
  readonly field?: string;
  /** With `locked`: when the lock ends; `null` if only `unlock` ends it. */
  readonly retryAt?: Date | null;
  /** How many more failures lock; 0 if this one did. */
  readonly triesLeft?: number | null;
  /** The underlying error of the store, the hasher or the password verifier. */
  readonly cause?: unknown;
}

/**
 * Refusals that come without a stack: whoever guesses, or sends too much, brings them about without end, and each has its one
 * reason wherever it was made. Looking for that place costs as much as weighing a code.
 */
const WITHOUT_STACK: ReadonlySet<MfaErrorCode> = new Set<MfaErrorCode>([
  'invalid_code',
  'clock_ahead',
  'clock_behind',
  'code_already_used',
  'two_codes_required',
  'invalid_backup_code',
  'invalid_password',
  'invalid_assertion',
  'unknown_credential',
  'invalid_token',
  'token_used',
  'session_revoked',
  'locked',
  'busy',
  'contention',
]);

/**
 * A refusal. Every call that does not do what was asked throws one, so a caller that forgets to look fails closed.
 * Its message names fields and rules, never values. It has no stack if guesses bring it about, as `locked` or
 * `invalid_code`: its `code` says all there is to know.
 */
export class MfaError extends Error {
  override readonly name: 'MfaError';
  /** Stable reason, for programs. */
  readonly code: MfaErrorCode;
  /** With `invalid_input`: the field that broke a rule. */
  readonly field: string | undefined;
  /** With `locked`: when the lock ends; `null` if only `unlock` ends it. `undefined` with every other code. */
  readonly retryAt: Date | null | undefined;
  /** With a wrong code, backup code, passkey or password that counts: how many more of them lock; 0 if it has locked. */
  readonly triesLeft: number | undefined;

  constructor(code: MfaErrorCode, details: MfaErrorDetails = {}) {
    const frames: unknown = WITHOUT_STACK.has(code) ? Reflect.get(Error, 'stackTraceLimit') : undefined;
    // Not every runtime has the limit, and where it is frozen it stays as it is: then there is a stack.
    const limited = typeof frames === 'number' && Reflect.set(Error, 'stackTraceLimit', 0);
    try {
      super(details.message ?? MESSAGES[code], details.cause === undefined ? undefined : { cause: details.cause });
    } finally {
      if (limited) Reflect.set(Error, 'stackTraceLimit', frames);
    }
    this.name = 'MfaError';
    this.code = code;
    this.field = details.field;
    this.retryAt = details.retryAt;
    this.triesLeft = details.triesLeft ?? undefined;
  }
}

/**
 * An `invalid_input` refusal.
 * @param field - the name of the offending field, as the caller wrote it
 * @param rule - what the field must be, e.g. `must be 6 to 8 digits`
 */
export function invalidInput(field: string, rule: string): MfaError {
  return new MfaError('invalid_input', { field, message: `${field} ${rule}.` });
}
