/** Refusals: how a refusal of the core travels. */
import { MfaError, type MfaErrorCode } from '@mfakit/core';
import { problem, PROBLEMS, type WireReply } from './problems.ts';
import { toSnakeCase } from './snake-case.ts';
import { invalidInput } from './validate.ts';

/**
 * The reply to a refusal, for the host's own routes around the contract: its login, its pages for staff.
 * @param now - epoch milliseconds, by the clock that was given to `createMfa`
 * @returns `null` if the error is not a refusal of the core
 */
export function problemOf(error: unknown, now: number = Date.now()): WireReply | null {
  return error instanceof MfaError ? toProblem(error, undefined, now) : null;
}

/**
 * The reply to a refusal on a route.
 * @param statuses - the route's own statuses
 * @param now - epoch milliseconds, by the clock that set the lock
 */
export function toProblem(
  error: MfaError,
  statuses: Readonly<Partial<Record<MfaErrorCode, number>>> | undefined,
  now: number,
): WireReply {
  const { code } = error;
  switch (code) {
    case 'locked':
      return locked(error.retryAt ?? null, now);
    case 'invalid_input':
      return invalidInput([{ path: toSnakeCase(error.field ?? ''), message: ruleOf(error) }]).reply;
    case 'proof_required':
      // The schemas let nothing through that lacks a second factor.
      return problem(code, { errors: [{ path: 'password', message: 'Required' }] });
    default:
      return problem(code, { status: statuses?.[code] ?? PROBLEMS[code].status });
  }
}

function locked(retryAt: Date | null, now: number): WireReply {
  if (retryAt === null) return problem('locked');
  // The lock may have ended meanwhile: then the next try succeeds.
  const seconds = Math.max(1, Math.ceil((retryAt.getTime() - now) / 1000));
  return problem('locked', {
    detail: `Account locked. Try again in ${Math.ceil(seconds / 60)} minutes.`,
    retry_after: seconds,
  });
}

/** The rule alone: the core's sentence begins with the field's name, spelled as in the core. */
function ruleOf({ message, field }: MfaError): string {
  const rule = field !== undefined && message.startsWith(`${field} `) ? message.slice(field.length + 1) : message;
  return (
    rule.charAt(0).toUpperCase() +
    rule.slice(1).replace(/\.$/, '').replace('backupCode', 'backup_code').replace('nextCode', 'next_code')
  );
}
