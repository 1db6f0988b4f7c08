/** requireBy: a policy as the option `require` of createMfa. */
import type { Requirement } from '@mfakit/core';
import { requirementFor } from './decide.ts';
import type { Policy } from './policy.ts';

/** The groups of a user: yours to know, at once or by a promise. Asked at every call, so it must be fast. */
export type GroupsOf = (userId: string) => readonly string[] | Promise<readonly string[]>;

/**
 * Makes the option `require` of a policy.
 * @param policy - what `readPolicy` gave; or a function that gives the policy of the moment, and that may be slow no more
 *   than any other: keep what you read. An edit takes effect at the next sign-in
 * @param groupsOf - gives a user's groups. What it throws refuses the call, as does a promise that is rejected or takes 10
 *   seconds: somebody whose groups are not known is not somebody of whom nothing is required
 * @returns a function for `createMfa`
 * @example
 * ```ts
 * import { readPolicy, requireBy } from '@mfakit/policy';
 * import { testApplication } from '@mfakit/testkit';
 *
 * const policy = readPolicy({
 *   rules: [{ id: 'staff', groups: ['staff'], require: true, from: '2026-01-01T00:00:00Z' }],
 * });
 * const groups = new Map([['ann', ['staff']]]);
 * const { mfa } = testApplication({ require: requireBy(policy, (userId) => groups.get(userId) ?? []) });
 * console.log((await mfa.begin('ann')).next); // enroll
 * ```
 */
export function requireBy(
  policy: Policy | (() => Policy),
  groupsOf: GroupsOf,
): (userId: string) => Requirement | null | Promise<Requirement | null> {
  return (userId) => {
    const current = typeof policy === 'function' ? policy() : policy;
    const groups = groupsOf(userId);
    return groups instanceof Promise
      ? groups.then((answer) => requirementFor(current, known(answer)))
      : requirementFor(current, known(groups));
  };
}

/** @throws {TypeError} if these are no groups */
function known(groups: unknown): readonly string[] {
  if (Array.isArray(groups) && groups.every((group) => typeof group === 'string')) return groups;
  throw new TypeError('groupsOf must give an array of strings');
}
