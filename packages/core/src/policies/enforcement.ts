/** Enforcement: the instant from which a user must have a second factor. */
import type { TransitionContext } from '../decision.ts';
import type { MfaRecord } from '../record/record.ts';
import { toDemand, type Demand, type Requirement } from './requirement.ts';

const DAY_MS = 86_400_000;

/** What enforcement looks at beside the record. */
export type EnforcementContext = Pick<TransitionContext, 'now' | 'demand'>;

/** What a deadline depends on beside the demand. Instants are epoch milliseconds. */
interface Clock {
  readonly enrolled: boolean;
  /** When the user's grace began to count; `null`: it begins when they sign in. */
  readonly since: number | null;
  readonly now: number;
}

/**
 * The instant from which a demand holds: `min(until, max(from, since + grace))`. It is computed anew at each sign-in and
 * stored nowhere, so that a policy that became stricter bites at once. Grace is time to enroll: a factor ends it.
 */
export function deadlineOf({ from, graceDays, until }: Demand, { enrolled, since, now }: Clock): number {
  if (enrolled || graceDays === 0) return Math.min(until, from);
  const start = Math.min(since ?? Infinity, Math.max(now, from));
  return Math.min(until, Math.max(from, start + graceDays * DAY_MS));
}

/**
 * What requires MFA of this user, and from which instant on (epoch milliseconds); `null`: nothing does. The stricter of
 * what `enforce` stored and what the option `require` demands wins; an exemption with an end lifts both until then.
 */
export function enforcementOf(
  { enforcement, exemptUntil, factors, graceSince }: MfaRecord,
  { now, demand }: EnforcementContext,
): { readonly from: number; readonly rule: string | null } | null {
  if (enforcement === null && demand === null) return null;
  const clock = { enrolled: factors.length > 0, since: graceSince ?? null, now };
  const demanded = demand === null ? Infinity : deadlineOf(demand, clock);
  const stored = enforcement?.from ?? Infinity;
  const rule = demand !== null && demanded <= stored ? demand.rule : null;
  return { from: Math.max(Math.min(stored, demanded), exemptUntil ?? -Infinity), rule };
}

/** Whether policy requires MFA of this user at this instant. Before it, a grace period runs. */
export function isEnforced(record: MfaRecord, context: EnforcementContext): boolean {
  const enforcement = enforcementOf(record, context);
  return enforcement !== null && context.now >= enforcement.from;
}

/** Whole days until a deadline, the one that has begun included, and whether a reminder is due on this day. */
export function reminderOf(
  demand: Demand | null,
  deadline: number,
  now: number,
): { readonly daysLeft: number; readonly remind: boolean } {
  const daysLeft = Math.max(0, Math.ceil((deadline - now) / DAY_MS));
  return { daysLeft, remind: demand !== null && demand.remindDays.includes(daysLeft) };
}

/**
 * The record with the user's grace counting, if it begins to count with this sign-in, else `null`. Written once; but a
 * clock that was ahead must not have made the grace longer.
 */
export function startGrace(record: MfaRecord, { now, demand }: EnforcementContext): MfaRecord | null {
  if (demand === null || demand.graceDays === 0 || now < demand.from) return null;
  return record.graceSince !== undefined && record.graceSince <= now ? null : { ...record, graceSince: now };
}

/** What a requirement depends on in a user. `status` tells it. */
export interface RequirementFacts {
  /** Whether the user has a second factor. */
  readonly enrolled: boolean;
  /** When the user's grace began to count; `null`: it begins when they sign in. */
  readonly since: Date | null;
  /** Nothing requires MFA before this instant; `null`: there is no exemption. */
  readonly exemptUntil: Date | null;
}

/** What a requirement means for one user. */
export interface RequirementOutcome {
  /** Whether MFA is required now. A user without it enrolls at the next sign-in. */
  readonly required: boolean;
  /** The instant from which it is. */
  readonly from: Date;
  /** Days until then, the one that has begun included; 0: the instant has come. */
  readonly daysLeft: number;
  /** Whether this is a day for a reminder: of a user without MFA, and before the deadline. */
  readonly remind: boolean;
}

/**
 * What a requirement means for one user at one instant: what `begin` and `status` would say if nothing else required MFA.
 * @throws {TypeError} that names the field if the requirement is none
 */
export function applyRequirement(requirement: Requirement, facts: RequirementFacts, now: Date): RequirementOutcome {
  const demand = toDemand(requirement);
  const { enrolled, since, exemptUntil } = facts;
  const at = now.getTime();
  const deadline = deadlineOf(demand, { enrolled, since: since?.getTime() ?? null, now: at });
  const from = Math.max(deadline, exemptUntil?.getTime() ?? -Infinity);
  const { daysLeft, remind } = reminderOf(demand, from, at);
  return { required: at >= from, from: new Date(from), daysLeft, remind: remind && !enrolled };
}
