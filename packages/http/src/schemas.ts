/** Schemas: what request bodies and queries may hold, with every limit of the contract. */
import * as z from 'zod';
import type { Contract, SetupBody, WireFactor } from './wire.ts';

/** What a body must be, where it is not even an object or has fields that nobody knows. */
const MAX_TOKEN_LENGTH = 512;
const MAX_PASSWORD_LENGTH = 128;
const MAX_BACKUP_CODE_LENGTH = 64;
const MAX_LABEL_LENGTH = 64;

/** A string field. The complaint about its length names the limit, never the value. */
function text(maxLength: number): z.ZodString {
  const bounds = `Must be a string of 1 to ${maxLength} characters`;
  return z.string().min(1, bounds).max(maxLength, bounds);
}

/** Apps show `123 456`, people type it: the core drops the spaces. */
const code = z
  .string()
  .max(64, 'Must be 6 to 8 digits')
  .regex(/^ *(?:[0-9] *){6,8}$/, 'Must be 6 to 8 digits')
  .meta({ description: '6 to 8 digits, as the factor has. Spaces are ignored.' });
const backupCode = text(MAX_BACKUP_CODE_LENGTH).meta({
  description: 'Case, spaces and dashes do not matter.',
});
const password = text(MAX_PASSWORD_LENGTH).meta({ description: 'Left out where the host is passwordless.' });
const mfaToken = text(MAX_TOKEN_LENGTH).meta({ description: 'From the login route.' });
const label = text(MAX_LABEL_LENGTH).meta({ description: 'The user’s own name for the factor.' });

/** A body with exactly one of `code` and `backup_code` beside the given fields. */
function withFactor<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodType<z.infer<z.ZodObject<Shape, z.core.$strict>> & WireFactor> {
  const schema = z
    .strictObject({ ...shape, code: code.optional(), backup_code: backupCode.optional() })
    .refine((body) => 'code' in body !== 'backup_code' in body, {
      path: ['code'],
      message: 'Give either code or backup_code',
    })
    .meta({ oneOf: [{ required: ['code'] }, { required: ['backup_code'] }] });
  // The refinement leaves exactly the two cases of the type, which zod cannot tell.
  return schema as unknown as z.ZodType<z.infer<z.ZodObject<Shape, z.core.$strict>> & WireFactor>;
}

/** The body of a first setup may be empty; that of a further one holds a proof. */
export const setupBody: z.ZodType<SetupBody> = z
  .strictObject({
    label: label.optional(),
    password: password.optional(),
    code: code.optional(),
    backup_code: backupCode.optional(),
  })
  .refine((body) => !('code' in body && 'backup_code' in body), {
    path: ['code'],
    message: 'Give either code or backup_code',
  })
  .refine((body) => !('password' in body) || 'code' in body || 'backup_code' in body, {
    path: ['code'],
    message: 'A password comes with code or backup_code',
  });

export const confirmBody: z.ZodType<Contract['confirm']['input']> = z.strictObject({ code });
export const verifyBody: z.ZodType<Contract['verify']['input']> = withFactor({ mfa_token: mfaToken });
export const proofBody: z.ZodType<Contract['disable']['input']> = withFactor({ password: password.optional() });
export const enforceSetupBody: z.ZodType<Contract['enforceSetup']['input']> = z.strictObject({ mfa_token: mfaToken });
export const enforceConfirmBody: z.ZodType<Contract['enforceConfirm']['input']> = z.strictObject({
  mfa_token: mfaToken,
  code,
});
export const stepUpBody: z.ZodType<Contract['stepUp']['input']> = withFactor({});

/** A query: numbers have become numbers, and what else it holds is ignored. */
export const historyQuery: z.ZodType<Contract['history']['input']> = z.object({
  before: z.int('Must be a whole number').min(1, 'Must be at least 1').optional().meta({
    description: 'Only events with a lower `seq`.',
  }),
  limit: z.int('Must be a whole number').min(1, 'Must be 1 to 200').max(200, 'Must be 1 to 200').optional().meta({
    description: 'How many events; 50 where absent.',
  }),
});
