/** English: the sentence of every refusal, by code, for the wire and for pages. It imports nothing, because browsers load it. */
import type { ProblemBody, ProblemCode } from '../problem-body.ts';

/** A refusal whose sentence is wanted. */
export type Unspoken = Omit<ProblemBody, 'detail'>;

/** The sentences of the contract: clients read `detail`, so they stay letter for letter. */
export const CONTRACT_SENTENCES: Readonly<Record<ProblemCode, string>> = {
  invalid_code: 'Invalid code',
  code_already_used: 'Code already used — wait for the next code',
  invalid_backup_code: 'Invalid backup code',
  invalid_password: 'Invalid password',
  locked: 'Account locked. Contact support.',
  not_enabled: 'TOTP is not enabled',
  already_enabled: 'TOTP is already enabled',
  setup_not_started: 'TOTP setup has not been started',
  setup_expired: 'TOTP setup has expired — start again',
  setup_voided: 'Too many wrong codes — start the TOTP setup again',
  setup_replaced: 'Another TOTP setup was started since — use the newest QR code',
  setup_confirmed: 'This TOTP setup is complete already',
  clock_ahead: 'Invalid code — the clock of your device is ahead',
  clock_behind: 'Invalid code — the clock of your device is behind',
  invalid_token: 'MFA session expired — please log in again',
  token_used: 'This sign-in is complete already',
  enforcement_not_pending: 'MFA setup is not required for this account',
  proof_required: 'Password required',
  sign_in_required: 'Please log in again to continue',
  required_by_policy: 'MFA is required for this account',
  factor_not_found: 'Factor not found',
  device_not_found: 'Trusted browser not found',
  too_many_factors: 'No more factors can be added',
  invalid_input: 'The request is invalid',
  contention: 'Too many requests for this account — try again',
  store_unavailable: 'Temporarily unavailable — try again',
  secret_unreadable: 'Your MFA data cannot be read. Contact support.',
  session_revoked: 'Session expired — please log in again',
  record_outdated: 'Your MFA data cannot be read. Contact support.',
  two_codes_required: 'Enter two consecutive codes',
  invalid_assertion: 'The passkey was not accepted',
  unknown_credential: 'This passkey is not registered here',
  counter_regressed: 'This passkey may have been copied — use another method',
  backup_eligibility_changed: 'The passkey was not accepted — use another method',
  invalid_registration: 'The passkey could not be added',
  already_registered: 'This passkey is added already',
  password_required: 'Sign in with your password first, then with this passkey',
  not_offered: 'Not offered here',
  busy: 'The server is busy — try again',
  hasher_unavailable: 'Temporarily unavailable. Contact support.',
  not_signed_in: 'Not signed in',
  user_inactive: 'User not found or inactive',
  insufficient_user_authentication: 'A more recent second factor is required',
  invalid_json: 'The request body is not valid JSON',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  request_timeout: 'The request body took too long',
  body_too_large: 'The request body is too large',
  unsupported_media_type: 'The request body must be application/json',
  internal_error: 'Something went wrong',
};

/** What pages say in place of it: of *two-step verification*, and what to do. */
const PAGES: Readonly<Partial<Record<ProblemCode, string>>> = {
  locked: 'Account locked. Ask support to unlock it.',
  not_enabled: 'Two-step verification is off.',
  already_enabled: 'Two-step verification was turned on in another tab or window: go on.',
  setup_not_started: 'This setup was called off. Start again.',
  setup_expired: 'This setup has expired. Start again.',
  setup_voided: 'There were too many wrong codes in this setup. Start again.',
  setup_replaced: 'You started again in another tab or window. Go on there, or start again here.',
  setup_confirmed: 'This setup is complete already. Your device is set up: go on.',
  clock_ahead:
    'The clock of your phone is ahead. Set its date and time to automatic, then enter the code that it shows now.',
  clock_behind:
    'The clock of your phone is behind. Set its date and time to automatic, then enter the code that it shows now.',
  invalid_token: 'This sign-in took too long. Sign in again.',
  enforcement_not_pending: 'You no longer need two-step verification to sign in. Sign in again.',
  sign_in_required: 'You signed in too long ago for this. Sign in again.',
  required_by_policy: 'Your account must keep two-step verification.',
  factor_not_found: 'This device was removed already.',
  device_not_found: 'This browser was removed already.',
  too_many_factors: 'You have as many devices as are allowed. Remove one first.',
  invalid_input: 'Check what you have entered.',
  secret_unreadable: 'Your two-step verification cannot be checked. Ask support.',
  record_outdated: 'Your two-step verification cannot be checked. Ask support.',
  hasher_unavailable: 'Temporarily unavailable. Ask support.',
  invalid_assertion: 'Your passkey was not accepted. Try again, or choose another way.',
  unknown_credential: 'This passkey is not one of your account: it may have been removed. Choose another way.',
  counter_regressed: 'There may be a copy of this passkey. Choose another way, and then remove it from your account.',
  backup_eligibility_changed:
    'This passkey is no longer the one that you added. Choose another way, and then remove it from your account.',
  invalid_registration: 'The passkey could not be added. Start again, or use another device.',
  already_registered: 'Your account has this passkey already.',
  password_required: 'Sign in with your password first. Then you can use this passkey.',
  not_offered: 'Signing in with a passkey alone is not possible here. Use your password.',
  session_revoked: 'You were signed out. Sign in again.',
  user_inactive: 'This account is closed. Ask support.',
  insufficient_user_authentication: 'Enter a fresh code first.',
};

/** The sentence that travels as `detail`. */
export function contractSentence({ code, retry_after }: Unspoken): string {
  return (code === 'locked' && untilUnlocked(retry_after)) || CONTRACT_SENTENCES[code];
}

/**
 * The sentence for a page. For a code that is not ours it is the `detail`, so problems of your own routes will do, too.
 * @example
 * ```ts
 * import { pageSentence } from '@mfakit/http/sentences/en';
 *
 * const sentence: string = pageSentence({ code: 'locked', detail: 'Account locked', retry_after: 10_000 });
 * // Account locked. Try again in 3 hours.
 * ```
 */
export function pageSentence(problem: {
  readonly code?: string | undefined;
  readonly detail: string;
  readonly retry_after?: number | undefined;
}): string {
  const { code = '', detail, retry_after } = problem;
  const ours = Object.hasOwn(PAGES, code) ? PAGES[code as ProblemCode] : undefined;
  return (code === 'locked' && untilUnlocked(retry_after)) || (ours ?? detail);
}

function untilUnlocked(seconds: number | undefined): string | false {
  return seconds !== undefined && `Account locked. Try again in ${duration(seconds)}.`;
}

/** `1 minute`, `29 minutes`, `3 hours`: rounded up, so that a try after it is not too early. */
function duration(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? counted(minutes, 'minute') : counted(Math.ceil(minutes / 60), 'hour');
}

function counted(count: number, unit: string): string {
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}
