/** Validating: checks an input against its schema and names the fields at fault, never their values. */
import type * as z from 'zod';
import type { FieldError } from './problem-body.ts';
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
    throw invalidInput([{ path: '__proto__', message: 'Unknown field' }]);
  }
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error.issues.flatMap(toErrors));
}

/** The refusal of an input, with the fields that broke a rule. */
export function invalidInput(errors: readonly FieldError[]): HttpRefusal {
  return new HttpRefusal('invalid_input', {
    errors: errors.slice(0, MAX_ERRORS).map(({ path, message }) => ({ path: path.slice(0, MAX_PATH_LENGTH), message })),
  });
}

function toErrors(issue: z.core.$ZodIssue): readonly FieldError[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((path) => ({ path, message: 'Unknown field' }));
  const path = issue.path.join('.');
  if (issue.code !== 'invalid_type') return [{ path, message: issue.message }];
  const missing = issue.message.endsWith('received undefined');
  return [{ path, message: missing ? 'Required' : `Must be ${ARTICLES[issue.expected] ?? 'of another type'}` }];
}

const ARTICLES: Readonly<Partial<Record<string, string>>> = {
  string: 'a string',
  object: 'an object',
  number: 'a whole number',
  int: 'a whole number',
};
