/** Second factor: how a code, a backup code and a proof travel, and how they can be refused. */
import type { FreshFactor, MfaErrorCode, Proof } from '@mfakit/core';
import * as z from 'zod';
import type { FieldErrorCode } from './problem-body.ts';
import { backupCode, blankable, code, nextCode, password } from './fields.ts';
import type { WireAssertion } from './passkeys/credential.ts';

/** A second factor: exactly one of the alternatives. `next_code` is the code after `code`, if two were asked for. */
export type WireFactor =
  | {
      /** A code of an authenticator app, as typed or pasted. */
      readonly code: string;
      /** The code that the app shows after it; only after a refusal with `two_codes_required`. */
      readonly next_code?: string | undefined;
      /** A backup code, as typed or pasted. */
      readonly backup_code?: undefined;
      /** The answer of a passkey. */
      readonly credential?: undefined;
    }
  | {
      /** A backup code, as typed or pasted. */
      readonly backup_code: string;
      /** A code of an authenticator app, as typed or pasted. */
      readonly code?: undefined;
      /** The code that the app shows after it; only after a refusal with `two_codes_required`. */
      readonly next_code?: undefined;
      /** The answer of a passkey. */
      readonly credential?: undefined;
    }
  /** With the routes for passkeys: what the browser gave, and the token that it signs. */
  | {
      /** The answer of a passkey. */
      readonly credential: WireAssertion;
      /** The token that the answer of a passkey signs. */
      readonly mfa_token: string;
      /** A code of an authenticator app, as typed or pasted. */
      readonly code?: undefined;
      /** The code that the app shows after it; only after a refusal with `two_codes_required`. */
      readonly next_code?: undefined;
      /** A backup code, as typed or pasted. */
      readonly backup_code?: undefined;
    };

/** Fresh proof from a signed-in user. The password is left out if the host is passwordless. */
export type WireProof = WireFactor & {
  /** Of a user who has one; 1 to 1,024 characters. */
  readonly password?: string | undefined;
};

/** The ways to answer: their fields, and how these go together. */
export interface Answers {
  readonly fields: Readonly<Record<string, z.ZodType>>;
  /** The fields of which one is given, each with the JSON Schema of what is neither null nor empty. */
  readonly oneOf: Readonly<Record<string, object>>;
  /** Fields that come only beside another one. */
  readonly beside: Readonly<Record<string, string>>;
}

const FILLED = { type: 'string', minLength: 1 };

/** What every application takes: a code, or two in a row, or a backup code. */
export const CODES: Answers = {
  fields: { code: blankable(code), next_code: blankable(nextCode), backup_code: blankable(backupCode) },
  oneOf: { code: FILLED, backup_code: FILLED },
  beside: { next_code: 'code' },
};

/** A complaint about several fields, as zod takes it. */
function complaint(field: string, message: string, reason: FieldErrorCode): z.core.$ZodCustomParams {
  return { path: [field], message, params: { code: reason } };
}

/** Whether a field is there: one that came empty is not. */
const has = (body: object, field: string): boolean => Reflect.get(body, field) !== undefined;

/**
 * An object with the given fields and those of the answers, of which at most one is given.
 * @param needed - whether there must be one
 */
export function withAnswers(shape: z.ZodRawShape, { fields, oneOf, beside }: Answers, needed: boolean): z.ZodType {
  const names = Object.keys(oneOf);
  const given = (body: object): number => names.filter((name) => has(body, name)).length;
  const message = `Give either ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  let schema = z
    .strictObject({ ...shape, ...fields })
    .refine((body) => given(body) <= 1, complaint('code', message, 'conflicting'));
  if (needed) schema = schema.refine((body) => given(body) > 0, complaint('code', message, 'required'));
  for (const [field, other] of Object.entries(beside)) {
    const rule = complaint(field, `Comes only with ${other}`, 'conflicting');
    schema = schema.refine((body) => !has(body, field) || has(body, other), rule);
  }
  const alternatives = names.map((name) => ({ required: [name], properties: { [name]: oneOf[name] } }));
  return schema.meta({
    ...(needed && { oneOf: alternatives }),
    dependentRequired: Object.fromEntries(Object.entries(beside).map(([field, other]) => [field, [other]])),
  });
}

/** A body with exactly one answer beside the given fields. */
export function withFactor<Shape extends z.ZodRawShape>(
  shape: Shape,
  answers: Answers = CODES,
): z.ZodType<z.infer<z.ZodObject<Shape, z.core.$strict>> & WireFactor> {
  // The rules leave exactly the cases of the type, which zod cannot tell.
  return withAnswers(shape, answers, true) as z.ZodType<z.infer<z.ZodObject<Shape, z.core.$strict>> & WireFactor>;
}

/** The body of a route that needs a proof and nothing else. */
export function proofWith(answers: Answers): z.ZodType<WireProof> {
  return withFactor({ password: password.optional() }, answers) as z.ZodType<WireProof>;
}

/** That body in an application without further kinds. */
export const proofBody: z.ZodType<WireProof> = proofWith(CODES);

/** How an attempt with a second factor can be refused. */
export const FACTOR_REFUSALS: readonly MfaErrorCode[] = [
  'invalid_code',
  'code_already_used',
  'invalid_backup_code',
  'two_codes_required',
  'locked',
  'secret_unreadable',
  'busy',
  'hasher_unavailable',
];

/** How a proof can be refused. */
export const PROOF_REFUSALS: readonly MfaErrorCode[] = [
  ...FACTOR_REFUSALS,
  'invalid_password',
  'proof_required',
  'contention',
];

/** A second factor as the core takes it. */
export function toFactor(given: WireFactor): FreshFactor {
  const { code: typed, next_code, backup_code, mfa_token, ...added }: Readonly<Record<string, unknown>> = given;
  if (typed !== undefined)
    return { code: typed, ...(next_code !== undefined && { nextCode: next_code }) } as FreshFactor;
  if (backup_code !== undefined) return { backupCode: backup_code } as FreshFactor;
  // A kind that the application added: its field has the same name in the core.
  return { ...added, token: mfa_token } as unknown as FreshFactor;
}

/** A proof as the core takes it. */
export function toProof({ password: given, ...factor }: WireProof): Proof {
  return { ...toFactor(factor), ...(given !== undefined && { password: given }) };
}
