/** Reply schemas: what each route gives, for the OpenAPI document and for tests; replies are not parsed at run time. */
import * as z from 'zod';
import type { AuthenticatedReply, Contract, ProblemBody, SetupReply, StatusReply, WireEvent } from './wire.ts';

const instant = z.iso.datetime();
const backupCodes = z.array(z.string()).readonly();
const method = z.enum(['totp', 'backup_code']);

export const setupReply: z.ZodType<SetupReply> = z.strictObject({
  secret: z.string().meta({ description: 'Upper-case base32, for typing in.' }),
  qr_code_base64: z
    .string()
    .startsWith('data:image/png;base64,')
    .meta({ description: 'An image of `otpauth_uri`, for the `src` of an image.' }),
  otpauth_uri: z.string().startsWith('otpauth://totp/'),
  backup_codes: backupCodes.meta({ description: 'Empty where a factor is active already: its codes stay.' }),
  factor_id: z.string(),
  expires_at: instant.meta({ description: 'The first code must arrive before this instant.' }),
});

export const confirmReply: z.ZodType<Contract['confirm']['reply']> = z.strictObject({
  message: z.literal('TOTP enabled successfully'),
});
export const disableReply: z.ZodType<Contract['disable']['reply']> = z.strictObject({
  message: z.literal('TOTP disabled successfully'),
});
export const regenerateReply: z.ZodType<Contract['regenerate']['reply']> = z.strictObject({
  backup_codes: backupCodes,
});
export const authenticatedReply: z.ZodType<AuthenticatedReply> = z.strictObject({ authenticated: z.literal(true) });
export const stepUpReply: z.ZodType<Contract['stepUp']['reply']> = z.strictObject({
  authenticated: z.literal(true),
  auth_time: instant,
});

export const statusReply: z.ZodType<StatusReply> = z.strictObject({
  enabled: z.boolean(),
  backup_codes_remaining: z.int().min(0),
  factors: z
    .array(
      z.strictObject({
        id: z.string(),
        kind: z.literal('totp'),
        label: z.string(),
        created_at: instant,
        last_used_at: instant,
      }),
    )
    .readonly(),
  enforcement: z
    .strictObject({ from: instant })
    .nullable()
    .meta({ description: 'From when on MFA is required; null: it is not.' }),
});

const event: z.ZodType<WireEvent> = z.strictObject({
  seq: z.int().min(1),
  at: instant,
  type: z.string(),
  ip: z.string().optional(),
  user_agent: z.string().optional(),
  operation: z.string().optional(),
  reason: z.string().optional(),
  failures: z.int().optional(),
  method: method.optional(),
  factor_id: z.string().nullable().optional(),
  proven_by: z.strictObject({ method, factor_id: z.string().nullable() }).nullable().optional(),
  first: z.boolean().optional(),
  count: z.int().optional(),
  backup_codes_remaining: z.int().optional(),
  until: instant.nullable().optional(),
  from: instant.optional(),
  by: z.string().optional(),
  key_id: z.string().optional(),
});
export const historyReply: z.ZodType<Contract['history']['reply']> = z.strictObject({
  events: z.array(event).readonly().meta({ description: 'Newest first; the last `seq` is the next `before`.' }),
});

/** Problem details; `code` is narrowed per refusal in the OpenAPI document. */
export const problemBody: z.ZodType<Omit<ProblemBody, 'code'> & { readonly code: string }> = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string().meta({ description: 'The sentence to show.' }),
  code: z.string().meta({ description: 'Stable reason, for programs.' }),
  retry_after: z.int().min(1).optional().meta({ description: 'With 423: seconds until the lock ends.' }),
  errors: z
    .array(z.strictObject({ path: z.string(), message: z.string() }))
    .readonly()
    .optional()
    .meta({ description: 'With 422: the fields that broke a rule.' }),
});
