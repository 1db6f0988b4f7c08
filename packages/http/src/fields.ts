/** Fields: the schemas of single fields that several routes share. */
import { LIMITS } from '@mfakit/core';
import * as z from 'zod';

/** A string field. The complaint about its length names the limit, never the value. */
export function text(maxLength: number): z.ZodString {
  const bounds = `Must be a string of 1 to ${maxLength} characters`;
  return z.string().min(1, bounds).max(maxLength, bounds);
}

/** Apps show `123 456` and people type it that way: the core drops the spaces. */
export const code: z.ZodString = z
  .string()
  .max(LIMITS.typedCodeCharacters, 'Must be 6 to 8 digits')
  .regex(/^ *(?:[0-9] *){6,8}$/, 'Must be 6 to 8 digits')
  .meta({ description: '6 to 8 digits, as many as the factor has. Spaces are ignored.' });

export const nextCode: z.ZodString = code.meta({
  description: 'The code that the app shows after `code`; asked for by `two_codes_required`.',
});

export const backupCode: z.ZodString = text(LIMITS.typedCodeCharacters).meta({
  description: 'Case, spaces and dashes do not matter.',
});

export const password: z.ZodString = text(LIMITS.passwordCharacters).meta({
  description: 'Left out if the host is passwordless.',
});

export const mfaToken: z.ZodString = text(LIMITS.tokenCharacters).meta({ description: 'From the login route.' });

/** ISO 8601 in UTC. */
export const instant: z.ZodISODateTime = z.iso.datetime();

/** In replies. */
export const backupCodes: z.ZodType<readonly string[]> = z.array(z.string()).readonly();
