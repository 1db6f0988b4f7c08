/** Refusals: how a refusal of the core travels. */
import { MfaError, type MfaErrorCode } from '@mfakit/core';
import { logError } from './log-error.ts';
import type { FieldError } from './problem-body.ts';
import { HttpRefusal, problem, type WireReply } from './problems.ts';
import { soundSentence, type Sentence } from './sentence.ts';
import { toSnakeCase } from './snake-case.ts';
import { invalidInput } from './validate.ts';

/**
 * The reply to a refusal, for the host's own routes around the contract: its login, its pages for staff.
 * @param now - epoch milliseconds, by the clock that was given to `createMfa`
 * @param sentence - as in the options of a binding
 * @returns `null` if the error is not a refusal of the core
 */
export function problemOf(error: unknown, now: number = Date.now(), sentence?: Sentence): WireReply | null {
  if (!(error instanceof MfaError)) return null;
  const { code, details } = toRefusal(error, undefined, now);
  return problem(code, { ...details, sentence: soundSentence(sentence, logError) });
}

/**
 * How a refusal of the core travels on a route.
 * @param statuses - the route's own statuses
 * @param now - epoch milliseconds, by the clock that set the lock
 */
export function toRefusal(
  error: MfaError,
  statuses: Readonly<Partial<Record<MfaErrorCode, number>>> | undefined,
  now: number,
): HttpRefusal {
  const { code, retryAt, triesLeft } = error;
  switch (code) {
    case 'locked':
      // The lock may have ended meanwhile: then the next try succeeds.
      return new HttpRefusal(
        code,
        retryAt ? { retry_after: Math.max(1, Math.ceil((retryAt.getTime() - now) / 1000)) } : {},
      );
    case 'invalid_input':
      return invalidInput([toFieldError(error)]);
    case 'proof_required':
      // The schemas let nothing through that lacks a second factor.
      return new HttpRefusal(code, { errors: [{ path: 'password', message: 'Required', code: 'required' }] });
    default: {
      const status = statuses?.[code];
      return new HttpRefusal(code, { ...(status !== undefined && { status }), tries_left: triesLeft });
    }
  }
}

/** What the schemas leave to the core is the form of a value. */
function toFieldError(error: MfaError): FieldError {
  return { path: toSnakeCase(error.field ?? ''), message: ruleOf(error), code: 'malformed' };
}

/** The rule alone: the core's sentence begins with the field's name, spelled as in the core. */
function ruleOf({ message, field }: MfaError): string {
  const rule = field !== undefined && message.startsWith(`${field} `) ? message.slice(field.length + 1) : message;
  return (
    rule.charAt(0).toUpperCase() +
    rule.slice(1).replace(/\.$/, '').replace('backupCode', 'backup_code').replace('nextCode', 'next_code')
  );
}
