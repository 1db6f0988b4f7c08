/** Enforcement: the instant from which a user must have a second factor. */
import type { TransitionContext } from '../decision.ts';
import type { MfaRecord } from '../record/record.ts';

/**
 * The instant from which MFA is required of this user, in epoch milliseconds; `null`: it is not. The stricter of what
 * `enforce` stored and what the option `require` demands wins; an exemption with an end lifts both until then.
 */
export function enforcedFrom({ enforcement, exemptUntil }: MfaRecord, requiredFrom: number | null): number | null {
  const demands = [enforcement?.from ?? null, requiredFrom].filter((from) => from !== null);
  return demands.length === 0 ? null : Math.max(Math.min(...demands), exemptUntil ?? -Infinity);
}

/** Whether policy requires MFA of this user at this instant. Before it, a grace period runs. */
export function isEnforced(
  record: MfaRecord,
  { now, requiredFrom }: Pick<TransitionContext, 'now' | 'requiredFrom'>,
): boolean {
  const from = enforcedFrom(record, requiredFrom);
  return from !== null && now >= from;
}
