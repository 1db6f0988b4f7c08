import { describe, expect, test } from 'vitest';
import { applyRequirement, type RequirementFacts } from './enforcement.ts';
import type { Requirement } from './requirement.ts';

const DAY_MS = 86_400_000;
const FROM = Date.UTC(2026, 0, 10);
/** Days after `FROM`, with a fraction. */
const day = (days: number): Date => new Date(FROM + days * DAY_MS);

const NEWCOMER: RequirementFacts = { enrolled: false, since: null, exemptUntil: null };

const remind = (left: number, enrolled = false): boolean =>
  applyRequirement({ from: day(0), remindDays: [1, 7] }, { ...NEWCOMER, enrolled }, day(-left)).remind;

describe('what a requirement means for one user at one instant', () => {
  test.each<[string, Partial<Requirement>, Partial<RequirementFacts>, Date, boolean, Date, number]>([
    ['a moment before', {}, {}, new Date(FROM - 1), false, day(0), 1],
    ['at the instant itself', {}, {}, day(0), true, day(0), 0],
    ['grace has not begun: it begins now', { graceDays: 3 }, {}, day(2), false, day(5), 3],
    ['grace has not begun, and policy neither', { graceDays: 3 }, {}, day(-2), false, day(3), 5],
    ['grace runs', { graceDays: 3 }, { since: day(1) }, day(3.9), false, day(4), 1],
    ['grace ends at its instant', { graceDays: 3 }, { since: day(1) }, day(4), true, day(4), 0],
    ['grace that began early counts from the policy on', { graceDays: 3 }, { since: day(-9) }, day(0), true, day(0), 0],
    ['the last day cuts grace short', { graceDays: 30, until: day(2) }, { since: day(0) }, day(1), false, day(2), 1],
    ['a factor ends grace', { graceDays: 3 }, { enrolled: true, since: day(0) }, day(0), true, day(0), 0],
    ['an exemption lifts it', {}, { exemptUntil: day(1) }, day(0), false, day(1), 1],
    ['an exemption ends at its instant', {}, { exemptUntil: day(1) }, day(1), true, day(1), 0],
    ['an exemption that ended before changes nothing', {}, { exemptUntil: day(-1) }, day(0), true, day(0), 0],
  ])('%s', (_name, requirement, facts, now, required, from, daysLeft) => {
    const outcome = applyRequirement({ from: day(0), ...requirement }, { ...NEWCOMER, ...facts }, now);
    expect(outcome).toEqual({ required, from, daysLeft, remind: false });
  });

  test('a reminder is due on its days alone, and only to who has no factor', () => {
    expect([8, 7, 6.5, 6, 2, 1, 0.5, 0].map((left) => remind(left))).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
      true,
      false,
    ]);
    expect(remind(7, true)).toBe(false);
  });

  test('what is no requirement is refused by its field', () => {
    const wrong = { from: day(0), graceDays: -1 };
    expect(() => applyRequirement(wrong, NEWCOMER, day(0))).toThrow(/graceDays must be a whole number from 0 to 365/);
  });
});
