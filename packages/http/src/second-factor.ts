/** Second factor: how a code, a backup code and a proof travel, and how they can be refused. */
import type { MfaErrorCode, Proof, SecondFactor } from '@mfakit/core';
import * as z from 'zod';
import type { FieldErrorCode } from './problem-body.ts';
import { backupCode, blankable, code, nextCode, password } from './fields.ts';

/** A second factor: exactly one of the two. `next_code` is the code after `code`, if two were asked for. */
export type WireFactor =
  | { readonly code: string; readonly next_code?: string | undefined; readonly backup_code?: undefined }
  | { readonly backup_code: string; readonly code?: undefined; readonly next_code?: undefined };

/** Fresh proof from a signed-in user. The password is left out if the host is passwordless. */
export type WireProof = WireFactor & { readonly password?: string | undefined };

/** A complaint about several fields, as zod takes it. */
interface Complaint {
  readonly path: string[];
  readonly message: string;
  readonly params: { readonly code: FieldErrorCode };
}

const EITHER = { path: ['code'], message: 'Give either code or backup_code' };

/** The complaint if there are both. */
export const BOTH: Complaint = { ...EITHER, params: { code: 'conflicting' } };

/** The complaint if there is neither. */
const NEITHER: Complaint = { ...EITHER, params: { code: 'required' } };

/** The fields of a second factor, for schemas. */
export const factorFields: Readonly<Record<'code' | 'next_code' | 'backup_code', z.ZodType<string | undefined>>> = {
  code: blankable(code),
  next_code: blankable(nextCode),
  backup_code: blankable(backupCode),
};

/** Whether a field is there: one that came empty is not. */
const has = (body: object, field: keyof typeof factorFields): boolean => Reflect.get(body, field) !== undefined;

/** Whether there is at most one of `code` and `backup_code`. */
export const hasOneFactor = (body: object): boolean => !has(body, 'code') || !has(body, 'backup_code');

/** Whether `next_code` is absent or in its place, beside `code`. */
export const hasSoundNextCode = (body: object): boolean => !has(body, 'next_code') || has(body, 'code');

/** The complaint about a `next_code` on its own. */
export const NEXT_CODE: Complaint = {
  path: ['next_code'],
  message: 'Comes only with code',
  params: { code: 'conflicting' },
};

/** The same rule as JSON Schema. */
export const NEXT_CODE_SCHEMA = { dependentRequired: { next_code: ['code'] } } as const;

/** JSON Schema: the field is there, and neither null nor empty. */
const filled = (field: string): object => ({
  required: [field],
  properties: { [field]: { type: 'string', minLength: 1 } },
});

/** A body with exactly one of `code` and `backup_code` beside the given fields. */
export function withFactor<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodType<z.infer<z.ZodObject<Shape, z.core.$strict>> & WireFactor> {
  const schema = z
    .strictObject({ ...shape, ...factorFields })
    .refine(hasOneFactor, BOTH)
    .refine((body) => has(body, 'code') || has(body, 'backup_code'), NEITHER)
    .refine(hasSoundNextCode, NEXT_CODE)
    .meta({ oneOf: [filled('code'), filled('backup_code')], ...NEXT_CODE_SCHEMA });
  // The refinement leaves exactly the two cases of the type, which zod cannot tell.
  return schema as unknown as z.ZodType<z.infer<z.ZodObject<Shape, z.core.$strict>> & WireFactor>;
}

/** The body of every route that needs a proof and nothing else. */
export const proofBody: z.ZodType<WireProof> = withFactor({ password: password.optional() });

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
export function toFactor({ code: typed, next_code, backup_code }: WireFactor): SecondFactor {
  if (typed === undefined) return { backupCode: backup_code };
  return { code: typed, ...(next_code !== undefined && { nextCode: next_code }) };
}

/** A proof as the core takes it. */
export function toProof({ password: given, ...factor }: WireProof): Proof {
  return { ...toFactor(factor), ...(given !== undefined && { password: given }) };
}
