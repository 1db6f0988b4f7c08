/** R-64, decide: the deadline by the closed formula, against random histories of edits and sign-ins, and beside what the core says. */
import { fc, test as property } from '@fast-check/vitest';
import { testApplication } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { decide, factsOf, readPolicy, requireBy, type Policy, type UserFacts } from '../src/index.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);

const iso = (day: number): string => new Date(START + day * DAY_MS).toISOString();

/** An edit of the policy, in days since the start. */
const rule = fc.record({
  groups: fc.constantFrom<readonly string[] | 'everyone'>(['staff'], ['staff', 'admin'], ['admin'], 'everyone'),
  require: fc.constantFrom(true, true, true, false),
  fromDay: fc.integer({ min: -10, max: 30 }),
  graceDays: fc.constantFrom(0, 1, 7, 14, 30),
  untilAfter: fc.option(fc.integer({ min: 0, max: 40 })),
});
const edit = fc.record({ kind: fc.constant('edit' as const), rules: fc.array(rule, { maxLength: 3 }) });
type RuleEdit = (typeof edit extends fc.Arbitrary<infer T> ? T : never)['rules'][number];

const step = fc.oneof(
  { weight: 3, arbitrary: edit },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('begin' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 0, max: 24 * 9 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('move' as const), groups: fc.subarray(['staff', 'admin']) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('exempt' as const), days: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'enroll' as const }, { kind: 'reset' as const }) },
);

function toPolicy(rules: readonly RuleEdit[]): Policy {
  const last = rules.findIndex(({ groups }) => groups === 'everyone');
  const kept = last === -1 ? rules : rules.slice(0, last + 1);
  return readPolicy({
    rules: kept.map(({ groups, require, fromDay, graceDays, untilAfter }, index) => {
      const named = { id: `rule-${index}`, groups, require };
      if (!require) return named;
      const until = untilAfter === null ? {} : { until: iso(fromDay + untilAfter) };
      return { ...named, from: iso(fromDay), graceDays, ...until };
    }),
  });
}

/** The closed formula, from the edit itself. */
function deadlineBy(
  rules: readonly RuleEdit[],
  user: { groups: readonly string[]; enrolled: boolean; since: number | null; exemptUntil: number | null },
  now: number,
): { readonly rule: string; readonly from: number } | null {
  const index = rules.findIndex(({ groups }) => groups === 'everyone' || groups.some((g) => user.groups.includes(g)));
  const fits = rules[index];
  if (fits?.require !== true) return null;
  const from = START + fits.fromDay * DAY_MS;
  const until = fits.untilAfter === null ? Infinity : from + fits.untilAfter * DAY_MS;
  const since = user.since ?? Math.max(now, from);
  const grace = user.enrolled || fits.graceDays === 0 ? -Infinity : since + fits.graceDays * DAY_MS;
  const deadline = Math.min(until, Math.max(from, grace));
  return { rule: `rule-${index}`, from: Math.max(deadline, user.exemptUntil ?? -Infinity) };
}

describe('the deadline', () => {
  property.prop([fc.array(step, { minLength: 3, maxLength: 12 })], { numRuns: 1000 })(
    'is the closed formula, after every step of a random history of edits',
    async (steps) => {
      let rules: readonly RuleEdit[] = [];
      let policy = toPolicy(rules);
      const user = {
        groups: ['staff'] as readonly string[],
        enrolled: false,
        since: null as number | null,
        exemptUntil: null as number | null,
      };
      const { mfa, clock, enroll } = testApplication({
        require: requireBy(
          () => policy,
          async () => user.groups,
        ),
      });
      clock.set(START);
      for (const each of steps) {
        switch (each.kind) {
          case 'edit':
            rules = each.rules;
            policy = toPolicy(rules);
            break;
          case 'wait':
            clock.advance({ hours: each.hours });
            break;
          case 'move':
            user.groups = each.groups;
            break;
          case 'exempt': {
            const until = new Date(clock() + each.days * DAY_MS);
            await mfa.exempt('ann', { until });
            user.exemptUntil = until.getTime();
            break;
          }
          case 'enroll':
            if (user.enrolled) break;
            await enroll('ann');
            user.enrolled = true;
            break;
          case 'reset':
            await mfa.reset('ann');
            user.enrolled = false;
            break;
          case 'begin': {
            const { next, ...begun } = await mfa.begin('ann');
            const fits = rules.find(
              ({ groups }) => groups === 'everyone' || groups.some((g) => user.groups.includes(g)),
            );
            const grants = fits?.require === true && fits.graceDays > 0 && clock() >= START + fits.fromDay * DAY_MS;
            if (grants) user.since ??= clock();
            const due = deadlineBy(rules, user, clock());
            expect(next).toBe(user.enrolled ? 'verify' : due !== null && clock() >= due.from ? 'enroll' : 'signed-in');
            if (next === 'signed-in')
              expect('enrollBy' in begun && begun.enrollBy?.getTime()).toEqual(due?.from ?? false);
          }
        }
        const now = new Date(clock());
        const due = deadlineBy(rules, user, clock());
        const status = await mfa.status('ann');
        expect(status.enforcement).toEqual(due === null ? null : { from: new Date(due.from), rule: due.rule });
        const facts: UserFacts = {
          groups: user.groups,
          enrolled: user.enrolled,
          since: user.since === null ? null : new Date(user.since),
          // An exemption that is over is told no more.
          exemptUntil: user.exemptUntil === null || user.exemptUntil <= clock() ? null : new Date(user.exemptUntil),
        };
        expect(factsOf(status, user.groups)).toEqual(facts);
        const decided = decide(policy, facts, now);
        expect(decided.required).toBe(due !== null && clock() >= due.from);
        if (due === null || due.from > clock()) expect(decided.from).toEqual(due === null ? null : new Date(due.from));
      }
    },
    300_000,
  );
});

const facts = (more: Partial<UserFacts>): UserFacts => ({
  groups: ['staff'],
  enrolled: false,
  since: new Date(START),
  exemptUntil: null,
  ...more,
});
const at = (day: number): Date => new Date(START + day * DAY_MS);

/** What is counted down for a user whose grace began at the start. */
const left = (policy: Policy, now: Date): unknown => {
  const { daysLeft, remind, required } = decide(policy, facts({}), now);
  return [daysLeft, remind, required];
};

describe('decide', () => {
  const policy = readPolicy({
    rules: [
      { id: 'robots', groups: ['service'], require: false },
      { id: 'admins', groups: ['admin', 'root'], require: true, from: iso(0) },
      {
        id: 'staff',
        groups: ['staff'],
        require: true,
        from: iso(0),
        graceDays: 14,
        until: iso(20),
        remindDays: [7, 1],
      },
    ],
  });
  test('the first rule that fits decides', () => {
    expect(decide(policy, facts({ groups: ['service', 'root'] }), at(1))).toEqual({
      rule: 'robots',
      required: false,
      from: null,
      daysLeft: null,
      remind: false,
    });
    expect(decide(policy, facts({ groups: ['staff', 'root'] }), at(1))).toMatchObject({
      rule: 'admins',
      required: true,
    });
    expect(decide(policy, facts({ groups: [] }), at(1))).toMatchObject({ rule: null, required: false, from: null });
  });

  test('days are counted down, the one that has begun included', () => {
    expect(left(policy, at(0))).toEqual([14, false, false]);
    expect(left(policy, at(6.5))).toEqual([8, false, false]);
    expect(left(policy, at(7))).toEqual([7, true, false]);
    expect(left(policy, at(13.9))).toEqual([1, true, false]);
    expect(left(policy, at(14))).toEqual([0, false, true]);
  });

  test('a hard deadline ends every grace, and an exemption lifts even that, until its end', () => {
    expect(decide(policy, facts({ since: at(10) }), at(15))).toMatchObject({ from: at(20), required: false });
    expect(decide(policy, facts({ since: null }), at(19))).toMatchObject({ from: at(20) });
    expect(decide(policy, facts({ since: null }), at(21))).toMatchObject({ from: at(20), required: true });
    expect(decide(policy, facts({ exemptUntil: at(30) }), at(25))).toMatchObject({ from: at(30), required: false });
  });

  test('somebody who has a factor has no grace, and no reminder', () => {
    expect(decide(policy, facts({ enrolled: true, since: at(7) }), at(14))).toMatchObject({
      from: at(0),
      required: true,
      remind: false,
    });
  });

  test('changes nothing that it is given', () => {
    const frozen = Object.freeze(facts({ groups: Object.freeze(['staff']) }));
    const before = JSON.stringify([policy, frozen]);
    decide(policy, frozen, at(3));
    expect(JSON.stringify([policy, frozen])).toBe(before);
  });
});
