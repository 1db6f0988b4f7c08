/** Problems: the status of every refusal, and the reply made of it (RFC 9457). */
import type { FieldError, ProblemBody, ProblemCode } from './problem-body.ts';
import type { Sentence } from './sentence.ts';
import { contractSentence, type Unspoken } from './sentences/en.ts';

/** A reply on its way to a framework. */
export interface WireReply {
  /** Of HTTP; 200 to 599. */
  readonly status: number;
  /** By name, in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** `null` if the status has none. */
  readonly body: string | null;
  /** Headers from the host's `signIn`, mostly cookies. */
  readonly signInHeaders?: Headers | undefined;
}

/** What holds for a refusal wherever it is given. */
export interface ProblemKind {
  readonly status: number;
  /** Seconds in `Retry-After`, if trying again may help. */
  readonly retryAfterSeconds?: number;
}

/** Every refusal. Its sentence is in `sentences/en.ts`. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = {
  invalid_code: { status: 401 },
  code_already_used: { status: 401 },
  invalid_backup_code: { status: 401 },
  invalid_password: { status: 401 },
  locked: { status: 423 },
  not_enabled: { status: 400 },
  already_enabled: { status: 400 },
  setup_not_started: { status: 400 },
  setup_expired: { status: 400 },
  setup_voided: { status: 400 },
  setup_replaced: { status: 400 },
  setup_confirmed: { status: 400 },
  clock_ahead: { status: 401 },
  clock_behind: { status: 401 },
  invalid_token: { status: 401 },
  token_used: { status: 401 },
  enforcement_not_pending: { status: 400 },
  proof_required: { status: 422 },
  sign_in_required: { status: 401 },
  required_by_policy: { status: 400 },
  factor_not_found: { status: 404 },
  device_not_found: { status: 404 },
  too_many_factors: { status: 400 },
  invalid_input: { status: 422 },
  contention: { status: 503, retryAfterSeconds: 1 },
  store_unavailable: { status: 503, retryAfterSeconds: 5 },
  // No `Retry-After`: a key is missing or the stored data is damaged, and an operator has to act.
  secret_unreadable: { status: 503 },
  session_revoked: { status: 401 },
  record_outdated: { status: 503 },
  two_codes_required: { status: 401 },
  invalid_assertion: { status: 401 },
  unknown_credential: { status: 401 },
  counter_regressed: { status: 401 },
  backup_eligibility_changed: { status: 401 },
  invalid_registration: { status: 400 },
  already_registered: { status: 409 },
  password_required: { status: 401 },
  not_offered: { status: 404 },
  busy: { status: 503, retryAfterSeconds: 2 },
  // No `Retry-After`: the server is not built as it should be.
  hasher_unavailable: { status: 503 },
  not_signed_in: { status: 401 },
  user_inactive: { status: 401 },
  insufficient_user_authentication: { status: 401 },
  invalid_json: { status: 400 },
  not_found: { status: 404 },
  method_not_allowed: { status: 405 },
  request_timeout: { status: 408 },
  body_too_large: { status: 413 },
  unsupported_media_type: { status: 415 },
  internal_error: { status: 500 },
};

/** Reason phrases of RFC 9110: with the type `about:blank`, the title repeats the status (RFC 9457 §4.2.1). */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
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
  /** Seconds until a lock ends, in the body and in `Retry-After`. */
  readonly retry_after?: number;
  /** How many failures more lock. */
  readonly tries_left?: number | undefined;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** The host's own sentences; it must not throw. */
  readonly sentence?: Sentence | undefined;
}

/** No reply may be cached: it holds a secret or the state of an account. */
const NO_STORE = { 'cache-control': 'no-store' } as const;

/** The reply to a refusal. */
export function problem(code: ProblemCode, details: ProblemDetails = {}): WireReply {
  const kind = PROBLEMS[code];
  const { status = kind.status, retry_after, tries_left, errors, headers, sentence } = details;
  const retryAfter = retry_after ?? kind.retryAfterSeconds;
  const title = TITLES[status] ?? 'Error';
  const unspoken: Unspoken = { type: 'about:blank', title, status, code, retry_after, tries_left, errors };
  const detail = sentence?.(unspoken) ?? contractSentence(unspoken);
  const body: ProblemBody = { type: 'about:blank', title, status, detail, code, retry_after, tries_left, errors };
  return {
    status,
    headers: {
      ...NO_STORE,
      'content-type': 'application/problem+json',
      ...(status === 401 && { 'www-authenticate': challenge(code) }),
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...headers,
    },
    body: JSON.stringify(body),
  };
}

/**
 * What a 401 asks for (RFC 9110 §11.6.1): a scheme of our own, which no browser answers with a dialog, and the code in it.
 * So clients tell a wrong code from a missing session by the header alone.
 */
export function challenge(code: ProblemCode): string {
  return `MFA error="${code}"`;
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
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}
