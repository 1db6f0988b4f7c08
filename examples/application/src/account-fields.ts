/** Account fields: what a new user name and a new password must be, and what a typed one may be. */
import * as z from 'zod';

const MAX_PASSWORD_LENGTH = 128;

/** No colon and no control characters: the name is shown in the authenticator app. */
export const newUserName: z.ZodString = z
  .string()
  .regex(/^[a-z0-9._-]{3,32}$/, 'Use 3 to 32 small letters, digits, dots or dashes');

/** Length is what counts; no rules about kinds of characters (NIST SP 800-63B-4 §3.1.1.2). */
export const newPassword: z.ZodString = z
  .string()
  .min(12, 'Use at least 12 characters')
  .max(MAX_PASSWORD_LENGTH, 'Use at most 128 characters');

export const typedUserName: z.ZodString = z
  .string()
  .min(1, 'Enter your user name')
  .max(64, 'No user name is that long');

export const typedPassword: z.ZodString = z
  .string()
  .min(1, 'Enter your password')
  .max(MAX_PASSWORD_LENGTH, 'No password is that long');
