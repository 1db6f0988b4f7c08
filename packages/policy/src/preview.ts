/** preview: what a policy would mean for all users, before it is in force. */
import { decide, type UserFacts } from './decide.ts';
import type { Policy } from './policy.ts';

/** A user to look at. */
export interface PreviewedUser {
  /** Your id of the user. */
  readonly userId: string;
  /** What the rules may look at: groups, and whatever else your application says. */
  readonly facts: UserFacts;
}

/** What a rule would mean for the users whom it fits. */
export interface RulePreview {
  /** `null`: the users whom no rule fits. */
  readonly rule: string | null;
  /** Users whom the rule fits. */
  readonly users: number;
  /** Have a second factor. */
  readonly enrolled: number;
  /** Have none, and time left to enroll. */
  readonly inGrace: number;
  /** Have none, and are exempt now. */
  readonly exempt: number;
  /** Have none, and would not get past their next sign-in without it. */
  readonly shutOut: number;
  /** The first hundred of them. */
  readonly shutOutUsers: readonly string[];
}

const MOST_NAMED = 100;

/**
 * Counts, rule by rule in their order, what a policy would mean today. Users are looked at one after the other, and none
 * is kept: there may be millions.
 * @param users - with their facts: see `factsOf`
 * @example
 * ```ts
 * import { factsOf, preview, readPolicy } from '@mfakit/policy';
 * import { testApplication } from '@mfakit/testkit';
 *
 * const { mfa, clock } = testApplication();
 * const policy = readPolicy({
 *   rules: [{ id: 'staff', groups: ['staff'], require: true, from: '2026-01-01T00:00:00Z' }],
 * });
 * async function* users() {
 *   for (const userId of ['ann', 'bob']) yield { userId, facts: factsOf(await mfa.status(userId), ['staff']) };
 * }
 * const [staff] = await preview(policy, users(), new Date(clock()));
 * console.log(staff?.shutOutUsers); // ['ann', 'bob']
 * ```
 */
export async function preview(
  policy: Policy,
  users: Iterable<PreviewedUser> | AsyncIterable<PreviewedUser>,
  now: Date,
): Promise<readonly RulePreview[]> {
  const ids = [...policy.rules.map(({ id }) => id), null];
  const counts = new Map(ids.map((rule) => [rule, emptyPreview(rule)]));
  for await (const { userId, facts } of users) {
    const { rule, required, from } = decide(policy, facts, now);
    const count = counts.get(rule);
    if (count === undefined) continue;
    count.users += 1;
    if (facts.enrolled) count.enrolled += 1;
    else if (required) {
      count.shutOut += 1;
      if (count.shutOutUsers.length < MOST_NAMED) count.shutOutUsers.push(userId);
    } else if (from !== null) count[isExempt(facts, now) ? 'exempt' : 'inGrace'] += 1;
  }
  return [...counts.values()];
}

type Counting = { -readonly [Field in keyof RulePreview]: RulePreview[Field] } & { shutOutUsers: string[] };

function emptyPreview(rule: string | null): Counting {
  return { rule, users: 0, enrolled: 0, inGrace: 0, exempt: 0, shutOut: 0, shutOutUsers: [] };
}

function isExempt({ exemptUntil }: UserFacts, now: Date): boolean {
  return exemptUntil !== null && now < exemptUntil;
}
