/** Problem body: the problem details (RFC 9457) of every refusal, as types and schema. */
import type { MfaErrorCode } from '@mfakit/core';
import * as z from 'zod';

/** Why a request was refused. The core's codes keep their names. */
export type ProblemCode =
  | MfaErrorCode
  | 'not_signed_in'
  | 'user_inactive'
  | 'insufficient_user_authentication'
  | 'invalid_json'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'internal_error';

/** Why a field was refused. Closed: nothing else is ever given. */
export const FIELD_ERROR_CODES = [
  /** Missing, or one of several is. */
  'required',
  'unknown_field',
  'given_twice',
  /** Not a string, an object, a whole number. */
  'wrong_type',
  'too_short',
  'too_long',
  /** A number that is too small or too large. */
  'out_of_range',
  /** Of the right type and length, but not what it should be. */
  'malformed',
  /** Does not go together with another field. */
  'conflicting',
] as const;

/** Why a field was refused. */
export type FieldErrorCode = (typeof FIELD_ERROR_CODES)[number];

/** One field that broke a rule. */
export interface FieldError {
  /** The field's name; empty for the body as a whole. */
  readonly path: string;
  /** The rule. Never holds a value. */
  readonly message: string;
  /** Stable reason, for programs. */
  readonly code: FieldErrorCode;
}

/** The body of every refusal. */
export interface ProblemBody {
  readonly type: 'about:blank';
  /** The phrase of the status. */
  readonly title: string;
  /** Of HTTP, the same as that of the answer. */
  readonly status: number;
  /** The sentence to show. */
  readonly detail: string;
  /** Stable reason, for programs. */
  readonly code: ProblemCode;
  /** With 423, unless only support can lift the lock: seconds until it ends. */
  readonly retry_after?: number | undefined;
  /** With a wrong code, backup code, passkey or password: how many more of them lock; 0 if it has locked. */
  readonly tries_left?: number | undefined;
  /** With 422: the fields that broke a rule. */
  readonly errors?: readonly FieldError[] | undefined;
}

/** Its schema; the OpenAPI document narrows `code` for each status of a route. */
export const problemBody: z.ZodType<Omit<ProblemBody, 'code'> & { readonly code: string }> = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string().meta({ description: 'The sentence to show.' }),
  code: z.string().meta({ description: 'Stable reason, for programs.' }),
  retry_after: z.int().min(1).optional().meta({ description: 'With 423: seconds until the lock ends.' }),
  tries_left: z.int().min(0).optional().meta({
    description: 'With a wrong code, backup code, passkey or password: how many more of them lock; 0 if it has locked.',
  }),
  errors: z
    .array(z.strictObject({ path: z.string(), message: z.string(), code: z.enum(FIELD_ERROR_CODES) }))
    .readonly()
    .optional()
    .meta({ description: 'With 422: the fields that broke a rule.' }),
});
