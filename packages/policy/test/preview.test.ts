/** preview: what a policy would mean for all users. */
import { testApplication } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { factsOf, preview, readPolicy, type PreviewedUser, type UserFacts } from '../src/index.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const policy = readPolicy({
  rules: [
    { id: 'robots', groups: ['service'], require: false },
    { id: 'admins', groups: ['admin'], require: true, from: '2026-01-01T00:00:00Z' },
    { id: 'staff', groups: ['staff'], require: true, from: '2026-01-01T00:00:00Z', graceDays: 14 },
    { id: 'later', groups: ['later'], require: true, from: '2027-01-01T00:00:00Z' },
  ],
});

const user = (userId: string, group: string, more: Partial<UserFacts> = {}): PreviewedUser => ({
  userId,
  facts: { groups: [group], enrolled: false, since: null, exemptUntil: null, ...more },
});

const USERS = [
  user('robot', 'service'),
  user('ann', 'admin'),
  user('bob', 'admin', { enrolled: true }),
  user('cleo', 'admin', { exemptUntil: new Date('2026-06-02T00:00:00Z') }),
  user('dan', 'admin', { exemptUntil: NOW }),
  user('eve', 'staff'),
  user('fay', 'staff', { since: new Date('2026-05-17T00:00:00Z') }),
  user('gus', 'staff', { since: new Date('2026-05-20T00:00:00Z') }),
  user('hal', 'later'),
  user('guest', 'guests'),
];

const EXPECTED = [
  { rule: 'robots', users: 1, enrolled: 0, inGrace: 0, exempt: 0, shutOut: 0, shutOutUsers: [] },
  { rule: 'admins', users: 4, enrolled: 1, inGrace: 0, exempt: 1, shutOut: 2, shutOutUsers: ['ann', 'dan'] },
  { rule: 'staff', users: 3, enrolled: 0, inGrace: 2, exempt: 0, shutOut: 1, shutOutUsers: ['fay'] },
  { rule: 'later', users: 1, enrolled: 0, inGrace: 1, exempt: 0, shutOut: 0, shutOutUsers: [] },
  { rule: null, users: 1, enrolled: 0, inGrace: 0, exempt: 0, shutOut: 0, shutOutUsers: [] },
];

async function* later(): AsyncGenerator<PreviewedUser> {
  for (const each of USERS) yield Promise.resolve(each);
}

test('counts, per rule, who has a factor, who has time, who is exempt and who would be shut out', async () => {
  expect(await preview(policy, USERS, NOW)).toEqual(EXPECTED);
});

test('takes users as they come', async () => {
  expect(await preview(policy, later(), NOW)).toEqual(EXPECTED);
});

test('counts all, and names a hundred', async () => {
  const admins = Array.from({ length: 250 }, (_, i) => user(`u${i}`, 'admin'));
  const [, rule] = await preview(policy, admins, NOW);
  expect(rule?.shutOut).toBe(250);
  expect(rule?.shutOutUsers).toHaveLength(100);
});

test('names those whom the core would make enroll', async () => {
  const { mfa, clock, enroll } = testApplication({ require: () => ({ from: new Date(0) }) });
  await enroll('bob');
  await mfa.exempt('cleo', { until: new Date(clock() + 1) });
  const users = await Promise.all(
    ['ann', 'bob', 'cleo'].map(async (userId) => ({ userId, facts: factsOf(await mfa.status(userId), ['admin']) })),
  );
  const [, admins] = await preview(policy, users, new Date(clock()));
  expect(admins?.shutOutUsers).toEqual(['ann']);
  expect((await mfa.begin('ann')).next).toBe('enroll');
  expect((await mfa.begin('cleo')).next).toBe('signed-in');
});
