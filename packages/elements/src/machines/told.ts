/** Told: why something did not go on, as data. Words make the sentence. */
import type { ProblemBody, ProblemCode } from '@mfakit/http';
import type { PasskeyErrorCode } from '@mfakit/http/client/passkeys';

/** A refusal of the contract, what became of a prompt for a passkey, or no answer at all. */
export type ToldCode =
  | ProblemCode
  | `passkey_${Exclude<PasskeyErrorCode, 'already_registered' | 'aborted'>}`
  | 'offline'
  | 'no_answer';

/** A field that a refusal is about. */
export type ToldField = 'code' | 'next_code' | 'backup_code' | 'password' | 'label';

/** Why something did not go on. */
export interface Told {
  /** One that is not known here has the sentence of `internal_error`. */
  readonly code: ToldCode;
  readonly field?: ToldField;
  /** Epoch milliseconds: nothing is gained by a try before. */
  readonly retryAt?: number;
  /** How many more wrong ones lock the account. */
  readonly triesLeft?: number;
}

const FIELDS: Readonly<Partial<Record<string, ToldField>>> = {
  invalid_code: 'code',
  clock_ahead: 'code',
  clock_behind: 'code',
  code_already_used: 'code',
  two_codes_required: 'next_code',
  invalid_backup_code: 'backup_code',
  invalid_password: 'password',
  proof_required: 'password',
};

const BODY_FIELDS: readonly string[] = ['code', 'next_code', 'backup_code', 'password', 'label'];

/**
 * What an error of a call means.
 * @param error - whatever was thrown: by the client, by a prompt for a passkey, or by `fetch`
 * @returns `null`: the page itself called it off, and nothing is to be told
 */
export function toTold(error: unknown, now: number): Told | null {
  // By name, and not by class: a page may have two copies of the client.
  const { name, code, problem, status } = (error ?? {}) as {
    readonly name?: unknown;
    readonly code?: PasskeyErrorCode;
    readonly problem?: ProblemBody | null;
    readonly status?: number;
  };
  if (name === 'PasskeyError') return code === 'aborted' ? null : ofPasskey(code ?? 'failed');
  if (name !== 'ClientProblem') return { code: isOffline() ? 'offline' : 'no_answer' };
  if (!problem) return { code: status === 502 || status === 504 ? 'no_answer' : 'internal_error' };
  const path = problem.errors?.find((each) => BODY_FIELDS.includes(each.path))?.path as ToldField | undefined;
  const field = path ?? FIELDS[problem.code];
  return {
    code: problem.code,
    ...(field !== undefined && { field }),
    ...(problem.tries_left !== undefined && { triesLeft: problem.tries_left }),
    ...(problem.retry_after !== undefined && { retryAt: now + problem.retry_after * 1000 }),
  };
}

function ofPasskey(code: Exclude<PasskeyErrorCode, 'aborted'>): Told {
  return { code: code === 'already_registered' ? code : `passkey_${code}` };
}

function isOffline(): boolean {
  return (globalThis as { readonly navigator?: { readonly onLine?: boolean } }).navigator?.onLine === false;
}

/** Refusals after which nothing goes on without a new sign-in. */
const ENDED: readonly ToldCode[] = ['not_signed_in', 'session_revoked', 'sign_in_required', 'user_inactive'];

/** Whether the session is over, or not good for this any more. */
export function isSignedOut({ code }: Told): boolean {
  return ENDED.includes(code);
}
