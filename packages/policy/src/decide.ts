/** decide: what a policy means for one user at one instant. Pure: no store, no clock. */
import { applyRequirement, type MfaStatus, type Requirement, type RequirementFacts } from '@mfakit/core';
import type { Policy, PolicyRule } from './policy.ts';

/** What a policy looks at in a user. */
export interface UserFacts extends RequirementFacts {
  /** The groups that the user is in, named as in the rules. */
  readonly groups: readonly string[];
}

/** What a policy means for a user. */
export interface PolicyDecision {
  /** The rule that fits; `null`: none does. */
  readonly rule: string | null;
  /** Whether MFA is required now. A user without it enrolls at the next sign-in. */
  readonly required: boolean;
  /** The instant from which it is; `null`: never. */
  readonly from: Date | null;
  /** Days until then, the one that has begun included; 0: the instant has come; `null`: it never does. */
  readonly daysLeft: number | null;
  /** Whether this is a day for a reminder. */
  readonly remind: boolean;
}

/** The first rule that fits a user of these groups. */
function ruleFor(policy: Policy, groups: readonly string[]): PolicyRule | null {
  const fits = (rule: PolicyRule): boolean =>
    rule.groups === 'everyone' || rule.groups.some((group) => groups.includes(group));
  return policy.rules.find(fits) ?? null;
}

/** What a policy requires of a user of these groups, as the core computes with it; `null`: nothing. */
export function requirementFor(policy: Policy, groups: readonly string[]): Requirement | null {
  const rule = ruleFor(policy, groups);
  if (rule === null || !rule.require) return null;
  const { id, from, graceDays, until, remindDays } = rule;
  const { maxExemptionDays } = policy;
  const end = until === undefined ? undefined : new Date(until);
  return { rule: id, from: new Date(from), graceDays, until: end, remindDays, maxExemptionDays };
}

/**
 * What a policy means for a user at an instant. The deadline is `min(until, max(from, since + graceDays))`, or the end of
 * an exemption if that is later.
 * @example
 * ```ts
 * import { decide, readPolicy } from '@mfakit/policy';
 *
 * const policy = readPolicy({
 *   rules: [{ id: 'all', groups: 'everyone', require: true, from: '2026-12-01T00:00:00Z', graceDays: 14 }],
 * });
 * const facts = { groups: [], enrolled: false, since: new Date('2026-12-05T09:00:00Z'), exemptUntil: null };
 * console.log(decide(policy, facts, new Date('2026-12-18T10:00:00Z')).daysLeft); // 1
 * ```
 */
export function decide(policy: Policy, facts: UserFacts, now: Date): PolicyDecision {
  const rule = ruleFor(policy, facts.groups)?.id ?? null;
  const requirement = requirementFor(policy, facts.groups);
  if (requirement === null) return { rule, required: false, from: null, daysLeft: null, remind: false };
  return { rule, ...applyRequirement(requirement, facts, now) };
}

/**
 * The facts of a user.
 * @param status - what `mfa.status` says
 * @param groups - the groups that the user is in
 */
export function factsOf(status: MfaStatus, groups: readonly string[]): UserFacts {
  const { enabled, graceSince, exemptUntil } = status;
  return { groups, enrolled: enabled, since: graceSince ?? null, exemptUntil: exemptUntil ?? null };
}
