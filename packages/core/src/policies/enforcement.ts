/** Enforcement: the instant from which a user must have a second factor. */
import type { TransitionContext } from '../decision.ts';
import type { MfaRecord } from '../record/record.ts';
import type { Demand } from './requirement.ts';

const DAY_MS = 86_400_000;

/** What enforcement looks at beside the record. */
export type EnforcementContext = Pick<TransitionContext, 'now' | 'demand'>;

/**
 * The instant from which a demand holds: `min(until, max(from, since + grace))`. It is computed anew at each sign-in and
 * stored nowhere, so that a policy that became stricter bites at once.
 * @param since - when the user's grace began to count, in epoch milliseconds
 */
export function deadlineOf({ from, graceDays, until }: Demand, since: number): number {
  return Math.min(until, Math.max(from, since + graceDays * DAY_MS));
}

/** When the grace of a user began to count, or would if they signed in now. Grace is time to enroll: a factor ends it. */
function clockStart({ factors, graceSince }: MfaRecord, { from, graceDays }: Demand, now: number): number {
  if (factors.length > 0 || graceDays === 0) return -Infinity;
  return Math.min(graceSince ?? Infinity, Math.max(now, from));
}

/**
 * What requires MFA of this user, and from which instant on (epoch milliseconds); `null`: nothing does. The stricter of
 * what `enforce` stored and what the option `require` demands wins; an exemption with an end lifts both until then.
 */
export function enforcementOf(
  record: MfaRecord,
  { now, demand }: EnforcementContext,
): { readonly from: number; readonly rule: string | null } | null {
  const { enforcement, exemptUntil } = record;
  const stored = enforcement === null ? Infinity : enforcement.from;
  const demanded = demand === null ? Infinity : deadlineOf(demand, clockStart(record, demand, now));
  if (enforcement === null && demand === null) return null;
  const rule = demand !== null && demanded <= stored ? demand.rule : null;
  return { from: Math.max(Math.min(stored, demanded), exemptUntil ?? -Infinity), rule };
}

/** Whether policy requires MFA of this user at this instant. Before it, a grace period runs. */
export function isEnforced(record: MfaRecord, context: EnforcementContext): boolean {
  const enforcement = enforcementOf(record, context);
  return enforcement !== null && context.now >= enforcement.from;
}

/** Whole days until a deadline, the day that has begun included. */
export function daysLeft(deadline: number, now: number): number {
  return Math.max(0, Math.ceil((deadline - now) / DAY_MS));
}

/**
 * The record with the user's grace counting, if it begins to count with this sign-in, else `null`. Written once; but a
 * clock that was ahead must not have made the grace longer.
 */
export function startGrace(record: MfaRecord, { now, demand }: EnforcementContext): MfaRecord | null {
  if (demand === null || demand.graceDays === 0 || now < demand.from) return null;
  return record.graceSince !== undefined && record.graceSince <= now ? null : { ...record, graceSince: now };
}
