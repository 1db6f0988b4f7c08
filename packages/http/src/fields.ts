/** Fields: the schemas of single fields that several routes share. */
import { LIMITS } from '@mfakit/core';
import * as z from 'zod';

/** A string field. The complaint about its length names the limit, never the value. */
function text(maxLength: number): z.ZodString {
  const bounds = `Must be a string of 1 to ${maxLength} characters`;
  return z.string().min(1, bounds).max(maxLength, bounds);
}

const PASTED =
  'Taken as people paste it: spaces, dashes, dots, quotes around and list markers in front do not matter, nor does the script of the digits.';

/** As typed or pasted: what it must be is the core's to say. */
export const code: z.ZodString = z
  .string()
  .max(LIMITS.typedCodeCharacters, 'Must be 6 to 8 digits')
  .meta({ description: `6 to 8 digits, as many as the factor has. ${PASTED}` });

export const nextCode: z.ZodString = code.meta({
  description: 'The code that the app shows after `code`; asked for by `two_codes_required`.',
});

export const backupCode: z.ZodString = z
  .string()
  .max(LIMITS.typedCodeCharacters, `Must be a string of 1 to ${LIMITS.typedCodeCharacters} characters`)
  .meta({ description: `Case does not matter. ${PASTED}` });

/** An optional field of a form that sends every field it has: empty or null, it counts as absent. */
export function blankable(field: z.ZodString): z.ZodType<string | undefined> {
  return z
    .preprocess((value) => (value === '' || value === null ? undefined : value), field.optional())
    .optional()
    .meta({ description: `${field.description} Empty or null, it counts as absent.`, type: ['string', 'null'] });
}

export const factorId: z.ZodString = z
  .string()
  .max(64, 'Must be the factor_id of a setup')
  .meta({ description: 'The `factor_id` of the setup that is meant: without it, whichever setup waits.' });

export const password: z.ZodString = text(LIMITS.passwordCharacters).meta({
  description: 'Left out by a user who has none.',
});

export const mfaToken: z.ZodString = text(LIMITS.tokenCharacters).meta({ description: 'From the login route.' });

/** ISO 8601 in UTC. */
export const instant: z.ZodISODateTime = z.iso.datetime();

/** In replies. */
export const backupCodes: z.ZodType<readonly string[]> = z.array(z.string()).readonly();
