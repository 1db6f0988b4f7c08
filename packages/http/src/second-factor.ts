/** Second factor: how a code, a backup code and a proof travel, and how they can be refused. */
import type { MfaErrorCode, Proof, SecondFactor } from '@mfakit/core';
import * as z from 'zod';
import { backupCode, code, password } from './fields.ts';

/** A second factor: exactly one of the two. */
export type WireFactor =
  | { readonly code: string; readonly backup_code?: undefined }
  | { readonly backup_code: string; readonly code?: undefined };

/** Fresh proof from a signed-in user. The password is left out if the host is passwordless. */
export type WireProof = WireFactor & { readonly password?: string | undefined };

/** The complaint if there is not exactly one. */
export const EITHER: { path: string[]; message: string } = {
  path: ['code'],
  message: 'Give either code or backup_code',
};

/** A body with exactly one of `code` and `backup_code` beside the given fields. */
export function withFactor<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodType<z.infer<z.ZodObject<Shape, z.core.$strict>> & WireFactor> {
  const schema = z
    .strictObject({ ...shape, code: code.optional(), backup_code: backupCode.optional() })
    .refine((body) => 'code' in body !== 'backup_code' in body, EITHER)
    .meta({ oneOf: [{ required: ['code'] }, { required: ['backup_code'] }] });
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
  'locked',
  'secret_unreadable',
  'busy',
];

/** How a proof can be refused. */
export const PROOF_REFUSALS: readonly MfaErrorCode[] = [
  ...FACTOR_REFUSALS,
  'invalid_password',
  'proof_required',
  'contention',
];

/** A second factor as the core takes it. */
export function toFactor({ code: typed, backup_code }: WireFactor): SecondFactor {
  return typed === undefined ? { backupCode: backup_code } : { code: typed };
}

/** A proof as the core takes it. */
export function toProof({ password: given, ...factor }: WireProof): Proof {
  return { ...toFactor(factor), ...(given !== undefined && { password: given }) };
}
