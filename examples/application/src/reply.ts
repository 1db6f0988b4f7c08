/** Reply: what the application answers, before a framework sends it. */
import { problemOf } from '@mfakit/http';
import * as z from 'zod';

/** An answer in JSON. */
export interface Reply {
  readonly status: number;
  readonly body: object;
  /** `Set-Cookie` headers. */
  readonly cookies?: readonly string[];
}

/** Thrown when the application refuses. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(status: number, code: string, detail: string, more: object = {}) {
    super(code);
    this.reply = { status, body: { type: 'about:blank', title: 'Refused', status, detail, code, ...more } };
  }
}

/** A success. */
export function ok(body: object, ...cookies: readonly string[]): Reply {
  return { status: 200, body, ...(cookies.length > 0 && { cookies }) };
}

/** @throws {Refusal} 422 with one message per field */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new Refusal(422, 'invalid_input', 'Check the marked fields', { errors });
}

/**
 * The answer to what was thrown. Anything that is not a refusal is thrown again, for the framework.
 * @param now - epoch milliseconds, by the clock that sets locks
 */
export function toReply(error: unknown, now: number): Reply {
  if (error instanceof Refusal) return error.reply;
  const problem = problemOf(error, now);
  if (problem === null) throw error;
  return { status: problem.status, body: JSON.parse(problem.body ?? '{}') };
}
