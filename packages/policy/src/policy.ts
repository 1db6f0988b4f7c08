/** Policy: who must have a second factor, as plain JSON, checked once and named in every complaint. */
import * as z from 'zod';

/** One rule. Of several that fit a user, the first decides. */
export type PolicyRule = {
  /** Names the rule in `status`, in events and in a preview; 1 to 64 characters, unlike those of the other rules. */
  readonly id: string;
  /** The groups that it is for, named as you name them; up to 100 names, 1 to 255 characters each. */
  readonly groups: readonly string[] | 'everyone';
} & (
  | {
      /** These groups are left alone. */
      readonly require: false;
    }
  | {
      readonly require: true;
      /** Nothing is required before this instant; ISO 8601 with a zone, as `2026-12-01T00:00:00Z`. */
      readonly from: string;
      /** Days to enroll, counted from the user's first sign-in at `from` or later; 0 to 365, default 0: at once. */
      readonly graceDays: number;
      /** However much grace is left, the user must enroll from this instant on. Not before `from`. */
      readonly until?: string | undefined;
      /** The days before the deadline on which to remind; up to 10 numbers, 1 to 365 each. */
      readonly remindDays: readonly number[];
    }
);

/** Who must have a second factor. Plain JSON: it can come from a file, a table or a page of your administration. */
export interface Policy {
  /** At most 100. A user whom none of them fits needs no second factor. */
  readonly rules: readonly PolicyRule[];
  /** The longest exemption for a user of whom a rule requires MFA; 1 to 365 days, default 30. */
  readonly maxExemptionDays: number;
}

const MOST_DAYS = 365;

const instant = z.iso.datetime({ offset: true, error: 'must be an ISO 8601 instant with a zone' });
const groups = z.union([z.literal('everyone'), z.array(z.string().min(1).max(255)).min(1).max(100)], {
  error: "must be 'everyone' or 1 to 100 names of 1 to 255 characters",
});
const every = { id: z.string().min(1).max(64), groups };

const rule = z.discriminatedUnion('require', [
  z.strictObject({ ...every, require: z.literal(false) }),
  z
    .strictObject({
      ...every,
      require: z.literal(true),
      from: instant,
      graceDays: z.int().min(0).max(MOST_DAYS).default(0),
      until: instant.optional(),
      remindDays: z.array(z.int().min(1).max(MOST_DAYS)).max(10).default([]),
    })
    .refine(({ from, until }) => until === undefined || Date.parse(until) >= Date.parse(from), {
      path: ['until'],
      error: 'must not be before from',
    }),
]);

const schema: z.ZodType<Policy> = z
  .strictObject({
    rules: z.array(rule).max(100),
    maxExemptionDays: z.int().min(1).max(MOST_DAYS).default(30),
  })
  .check(({ value: { rules }, issues }) => {
    for (const [index, { id }] of rules.entries()) {
      const complain = (field: string, message: string): void =>
        void issues.push({ code: 'custom', input: rules, path: ['rules', index, field], message });
      const before = rules.slice(0, index);
      if (before.some((other) => other.id === id)) complain('id', 'must differ from those of the other rules');
      if (before.some((other) => other.groups === 'everyone')) {
        complain('groups', "would fit nobody: a rule for 'everyone' stands before it");
      }
    }
  });

/**
 * Checks what is said to be a policy, and fills in its defaults.
 * @param data - parsed JSON
 * @throws {TypeError} that names the first field that is wrong, and its rule, but no value
 * @example
 * ```ts
 * import { readPolicy } from '@mfakit/policy';
 *
 * const policy = readPolicy({
 *   rules: [
 *     { id: 'robots', groups: ['service'], require: false },
 *     { id: 'staff', groups: ['staff'], require: true, from: '2026-12-01T00:00:00Z', graceDays: 14 },
 *   ],
 * });
 * ```
 */
export function readPolicy(data: unknown): Policy {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).reduce<string>(
    (outer, key) => (typeof key === 'number' ? `${outer}[${key}]` : `${outer}${outer === '' ? '' : '.'}${String(key)}`),
    '',
  );
  throw new TypeError(`readPolicy: ${path === '' ? 'policy' : path}: ${issue?.message ?? 'invalid'}`);
}
