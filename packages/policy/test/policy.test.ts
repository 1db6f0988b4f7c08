/** readPolicy: every field is checked, and named in the complaint; no value is. */
import { describe, expect, test } from 'vitest';
import { readPolicy } from '../src/index.ts';

const FROM = '2026-12-01T00:00:00Z';
const RULE = { id: 'staff', groups: ['staff'], require: true, from: FROM };

function complaintAbout(data: unknown): string {
  try {
    readPolicy(data);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('defaults are filled in, and the result is plain JSON that is read again', () => {
  const policy = readPolicy({ rules: [RULE, { id: 'rest', groups: 'everyone', require: false }] });
  expect(policy).toEqual({
    rules: [
      { ...RULE, graceDays: 0, remindDays: [] },
      { id: 'rest', groups: 'everyone', require: false },
    ],
    maxExemptionDays: 30,
  });
  expect(readPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
});

test('every option may be set', () => {
  const whole = {
    rules: [{ ...RULE, graceDays: 365, until: '2027-12-01T00:00:00+13:45', remindDays: [14, 3, 1] }],
    maxExemptionDays: 365,
  };
  expect(readPolicy(whole)).toEqual(whole);
});

test.each<readonly [field: string, rule: RegExp | string, data: unknown]>([
  ['policy', /object/, null],
  ['policy', /object/, 'SECRET'],
  ['policy', /Unrecognized key/, { rules: [], extra: 1 }],
  ['rules', /array/, {}],
  ['rules', /100/, { rules: Array.from({ length: 101 }, (_, i) => ({ ...RULE, id: `r${i}` })) }],
  ['maxExemptionDays', /1/, { rules: [], maxExemptionDays: 0 }],
  ['maxExemptionDays', /365/, { rules: [], maxExemptionDays: 366 }],
  ['maxExemptionDays', /number/, { rules: [], maxExemptionDays: null }],
  ...(
    [
      ['id', /1/, { ...RULE, id: '' }],
      ['id', /64/, { ...RULE, id: 'x'.repeat(65) }],
      ['id', /string/, { ...RULE, id: 7 }],
      ['groups', /1/, { ...RULE, groups: [] }],
      ['groups', "must be 'everyone' or", { ...RULE, groups: 'nobody' }],
      ['groups[0]', /1/, { ...RULE, groups: [''] }],
      ['require', /Invalid/, { ...RULE, require: 'yes' }],
      ['require', /Invalid/, { id: 'x', groups: 'everyone' }],
      ['from', 'must be an ISO 8601 instant with a zone', { ...RULE, from: undefined }],
      ['from', 'must be an ISO 8601 instant with a zone', { ...RULE, from: '2026-12-01' }],
      ['from', 'must be an ISO 8601 instant with a zone', { ...RULE, from: '2026-12-01T00:00:00' }],
      ['from', 'must be an ISO 8601 instant with a zone', { ...RULE, from: '2026-02-30T00:00:00Z' }],
      ['from', 'must be an ISO 8601 instant with a zone', { ...RULE, from: 7 }],
      ['graceDays', /0/, { ...RULE, graceDays: -1 }],
      ['graceDays', /365/, { ...RULE, graceDays: 366 }],
      ['graceDays', /int/, { ...RULE, graceDays: 1.5 }],
      ['until', 'must be an ISO 8601 instant with a zone', { ...RULE, until: 'soon' }],
      ['until', 'must not be before from', { ...RULE, until: '2026-11-30T23:59:59Z' }],
      ['remindDays[1]', /1/, { ...RULE, remindDays: [7, 0] }],
      ['remindDays', /10/, { ...RULE, remindDays: Array.from({ length: 11 }, () => 7) }],
    ] as const
  ).map(([field, rule, data]) => [`rules[0].${field}`, rule, { rules: [data] }] as const),
  ['rules[1].id', 'must differ from those of the other rules', { rules: [RULE, RULE] }],
  [
    'rules[1].groups',
    "would fit nobody: a rule for 'everyone' stands before it",
    {
      rules: [
        { ...RULE, groups: 'everyone' },
        { ...RULE, id: 'other' },
      ],
    },
  ],
  ['rules[0]', /Unrecognized key/, { rules: [{ id: 'x', groups: 'everyone', require: false, graceDays: 7 }] }],
])('%s: %s', (field, rule, data) => {
  expect(() => readPolicy(data)).toThrow(TypeError);
  const message = complaintAbout(data);
  expect(message.slice(0, `readPolicy: ${field}: `.length)).toBe(`readPolicy: ${field}: `);
  expect(message).toMatch(rule instanceof RegExp ? rule : rule.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  expect(message).not.toContain('SECRET');
});

describe('no value is told', () => {
  test('of any field', () => {
    const secret = 'SECRET';
    for (const data of [
      { rules: [{ ...RULE, from: secret }] },
      { rules: [{ ...RULE, groups: secret }] },
      { rules: [{ ...RULE, require: secret }] },
      {
        rules: [
          { ...RULE, id: secret },
          { ...RULE, id: secret },
        ],
      },
      { rules: secret },
    ]) {
      expect(() => readPolicy(data)).toThrow(TypeError);
      expect(() => readPolicy(data)).not.toThrow(secret);
    }
  });
});
