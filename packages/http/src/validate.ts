/** Validating: checks an input against its schema and names the fields at fault, never their values. */
import type * as z from 'zod';
import { FIELD_ERROR_CODES, type FieldError, type FieldErrorCode } from './problem-body.ts';
import { HttpRefusal } from './problems.ts';

/** Most complaints in one reply: a body full of unknown fields must not get a longer one back. */
const MAX_ERRORS = 10;
/** Longest field name in a reply: an unknown name is the client's own text. */
const MAX_PATH_LENGTH = 64;

/**
 * The input as its schema gives it.
 * @throws {HttpRefusal} `invalid_input`
 */
export function validate<T>(schema: z.ZodType<T>, input: unknown): T {
  if (typeof input === 'object' && input !== null && Object.hasOwn(input, '__proto__')) {
    throw invalidInput([{ path: '__proto__', ...UNKNOWN }]);
  }
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error.issues.flatMap(toErrors));
}

/** The refusal of an input, with the fields that broke a rule. */
export function invalidInput(errors: readonly FieldError[]): HttpRefusal {
  return new HttpRefusal('invalid_input', {
    errors: errors.slice(0, MAX_ERRORS).map((error) => ({ ...error, path: error.path.slice(0, MAX_PATH_LENGTH) })),
  });
}

const UNKNOWN = { message: 'Unknown field', code: 'unknown_field' } as const;

function toErrors(issue: z.core.$ZodIssue): readonly FieldError[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: path === '' ? key : `${path}.${key}`, ...UNKNOWN }));
  }
  if (issue.code !== 'invalid_type') return [{ path, message: issue.message, code: codeOf(issue) }];
  if (issue.message.endsWith('received undefined')) return [{ path, message: 'Required', code: 'required' }];
  return [{ path, message: `Must be ${ARTICLES[issue.expected] ?? 'of another type'}`, code: 'wrong_type' }];
}

function codeOf(issue: z.core.$ZodIssue): FieldErrorCode {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string' ? 'too_short' : 'out_of_range';
    case 'too_big':
      return issue.origin === 'string' ? 'too_long' : 'out_of_range';
    case 'custom':
      // A rule about several fields tells its own.
      return FIELD_ERROR_CODES.find((code) => code === issue.params?.['code']) ?? 'malformed';
    default:
      return 'malformed';
  }
}

const ARTICLES: Readonly<Partial<Record<string, string>>> = {
  string: 'a string',
  object: 'an object',
  number: 'a whole number',
  int: 'a whole number',
};
