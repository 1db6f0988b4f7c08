/** Problems: the status and the sentence of every refusal, and the reply made of them (RFC 9457). */
import type { FieldError, ProblemBody, ProblemCode } from './problem-body.ts';

/** A reply on its way to a framework. */
export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` if the status has none. */
  readonly body: string | null;
  /** Headers from the host's `signIn`, mostly cookies. */
  readonly signInHeaders?: Headers | undefined;
}

/** Status and sentence of a refusal. */
export interface ProblemKind {
  readonly status: number;
  /** The sentence that clients show. */
  readonly detail: string;
  /** Seconds in `Retry-After`, if trying again may help. */
  readonly retryAfterSeconds?: number;
}

/**
 * Every refusal.
 *
 * These sentences are for people: clients show them, and they are part of the contract, letter for letter. The messages
 * of `MfaError` are for developers and their logs. They do not travel, with one exception: the rule that an
 * `invalid_input` of the core names stands in `errors`.
 */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = {
  invalid_code: { status: 401, detail: 'Invalid code' },
  code_already_used: { status: 401, detail: 'Code already used — wait for the next code' },
  invalid_backup_code: { status: 401, detail: 'Invalid backup code' },
  invalid_password: { status: 401, detail: 'Invalid password' },
  locked: { status: 423, detail: 'Account locked. Contact support.' },
  not_enabled: { status: 400, detail: 'TOTP is not enabled' },
  already_enabled: { status: 400, detail: 'TOTP is already enabled' },
  setup_not_started: { status: 400, detail: 'TOTP setup has not been started' },
  setup_expired: { status: 400, detail: 'TOTP setup has expired — start again' },
  setup_voided: { status: 400, detail: 'Too many wrong codes — start the TOTP setup again' },
  setup_replaced: { status: 400, detail: 'Another TOTP setup was started since — use the newest QR code' },
  setup_confirmed: { status: 400, detail: 'This TOTP setup is complete already' },
  clock_ahead: { status: 401, detail: 'Invalid code — the clock of your device is ahead' },
  clock_behind: { status: 401, detail: 'Invalid code — the clock of your device is behind' },
  invalid_token: { status: 401, detail: 'MFA session expired — please log in again' },
  token_used: { status: 401, detail: 'This sign-in is complete already' },
  enforcement_not_pending: { status: 400, detail: 'MFA setup is not required for this account' },
  proof_required: { status: 422, detail: 'Password required' },
  sign_in_required: { status: 401, detail: 'Please log in again to continue' },
  required_by_policy: { status: 400, detail: 'MFA is required for this account' },
  factor_not_found: { status: 404, detail: 'Factor not found' },
  too_many_factors: { status: 400, detail: 'No more factors can be added' },
  invalid_input: { status: 422, detail: 'The request is invalid' },
  contention: { status: 503, detail: 'Too many requests for this account — try again', retryAfterSeconds: 1 },
  store_unavailable: { status: 503, detail: 'Temporarily unavailable — try again', retryAfterSeconds: 5 },
  // No `Retry-After`: a key is missing or the stored data is damaged, and an operator has to act.
  secret_unreadable: { status: 503, detail: 'Your MFA data cannot be read. Contact support.' },
  session_revoked: { status: 401, detail: 'Session expired — please log in again' },
  record_outdated: { status: 503, detail: 'Your MFA data cannot be read. Contact support.' },
  two_codes_required: { status: 401, detail: 'Enter two consecutive codes' },
  busy: { status: 503, detail: 'The server is busy — try again', retryAfterSeconds: 2 },
  // No `Retry-After`: the server is not built as it should be.
  hasher_unavailable: { status: 503, detail: 'Temporarily unavailable. Contact support.' },
  not_signed_in: { status: 401, detail: 'Not signed in' },
  user_inactive: { status: 401, detail: 'User not found or inactive' },
  insufficient_user_authentication: { status: 401, detail: 'A more recent second factor is required' },
  invalid_json: { status: 400, detail: 'The request body is not valid JSON' },
  not_found: { status: 404, detail: 'Not found' },
  method_not_allowed: { status: 405, detail: 'Method not allowed' },
  request_timeout: { status: 408, detail: 'The request body took too long' },
  body_too_large: { status: 413, detail: 'The request body is too large' },
  unsupported_media_type: { status: 415, detail: 'The request body must be application/json' },
  internal_error: { status: 500, detail: 'Something went wrong' },
};

/** Reason phrases of RFC 9110: with the type `about:blank`, the title repeats the status (RFC 9457 §4.2.1). */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  423: 'Locked',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** What one refusal may add to its kind. */
export interface ProblemDetails {
  /** Replaces the status of the kind. */
  readonly status?: number;
  /** Replaces the sentence of the kind, when that depends on the lock. */
  readonly detail?: string;
  /** Seconds until a lock ends, in the body and in `Retry-After`. */
  readonly retry_after?: number;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** No reply may be cached: it holds a secret or the state of an account. */
const NO_STORE = { 'cache-control': 'no-store' } as const;

/** The reply to a refusal. */
export function problem(code: ProblemCode, details: ProblemDetails = {}): WireReply {
  const kind = PROBLEMS[code];
  const { status = kind.status, detail = kind.detail, retry_after, errors } = details;
  const retryAfter = retry_after ?? kind.retryAfterSeconds;
  const body: ProblemBody = {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    code,
    retry_after,
    errors,
  };
  return {
    status,
    headers: {
      ...NO_STORE,
      'content-type': 'application/problem+json',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...details.headers,
    },
    body: JSON.stringify(body),
  };
}

/** The reply to a successful call; `null` gives 204. */
export function success(reply: object | null, signInHeaders?: Headers): WireReply {
  return reply === null
    ? { status: 204, headers: NO_STORE, body: null, signInHeaders }
    : {
        status: 200,
        headers: { ...NO_STORE, 'content-type': 'application/json' },
        body: JSON.stringify(reply),
        signInHeaders,
      };
}

/** Thrown to refuse a request before it reaches the core. */
export class HttpRefusal extends Error {
  readonly reply: WireReply;

  constructor(code: ProblemCode, details?: ProblemDetails) {
    super(code);
    this.reply = problem(code, details);
  }
}
