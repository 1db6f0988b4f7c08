/** requireBy: a policy in createMfa; an edit takes effect at the next sign-in, and what cannot be known refuses. */
import { outcomeOf, testApplication } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { readPolicy, requireBy, type GroupsOf, type Policy } from '../src/index.ts';

const policyOf = (more: object = {}): Policy =>
  readPolicy({
    rules: [{ id: 'staff', groups: ['staff'], require: true, from: '2026-01-01T00:00:00Z', ...more }],
    maxExemptionDays: 7,
  });

describe('requireBy', () => {
  test.each<readonly [string, GroupsOf]>([
    ['groups at once', () => ['staff']],
    ['groups by a promise', async () => ['staff']],
  ])('%s', async (_name, groupsOf) => {
    const { mfa, clock } = testApplication({
      require: requireBy(policyOf({ graceDays: 14, remindDays: [14] }), groupsOf),
    });
    const enrollBy = new Date(clock() + 14 * 86_400_000);
    expect(await mfa.begin('ann')).toEqual({ next: 'signed-in', enrollBy, remind: true, sessionEpoch: 0, seq: 1 });
    expect((await mfa.status('ann')).enforcement).toEqual({ from: enrollBy, rule: 'staff' });
  });

  test('nothing is required of those whom no rule fits', async () => {
    const { mfa } = testApplication({ require: requireBy(policyOf(), () => ['guests']) });
    expect(await mfa.begin('ann')).toEqual({ next: 'signed-in', sessionEpoch: 0, seq: 0 });
  });

  test('an edit takes effect at the next sign-in', async () => {
    let policy = policyOf({ graceDays: 14 });
    const { mfa } = testApplication({
      require: requireBy(
        () => policy,
        () => ['staff'],
      ),
    });
    expect((await mfa.begin('ann')).next).toBe('signed-in');
    policy = policyOf();
    expect((await mfa.begin('ann')).next).toBe('enroll');
  });

  test('an exemption is no longer than the policy allows', async () => {
    const { mfa, clock } = testApplication({ require: requireBy(policyOf(), () => ['staff']) });
    const days = (n: number): Date => new Date(clock() + n * 86_400_000);
    await expect(mfa.exempt('ann', { until: days(8) })).rejects.toMatchObject({ field: 'until' });
    await mfa.exempt('ann', { until: days(7) });
    expect((await mfa.begin('ann')).next).toBe('signed-in');
  });

  test.each<readonly [string, unknown]>([
    ['no list', 'staff'],
    ['nothing', undefined],
    ['null', null],
    ['a list of something else', [7]],
    ['a promise of nothing', Promise.resolve(undefined)],
  ])('groups that are %s refuse: nobody passes because something is not known', async (_name, groups) => {
    const { mfa } = testApplication({ require: requireBy(policyOf(), () => groups as never) });
    expect(await outcomeOf(mfa.begin('ann'))).toBe('store_unavailable');
    const error: unknown = await mfa.status('ann').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ cause: new TypeError('groupsOf must give an array of strings') });
  });

  test('as does a policy that cannot be had', async () => {
    const require = requireBy(
      () => readPolicy({}),
      () => ['staff'],
    );
    const { mfa } = testApplication({ require });
    expect(await outcomeOf(mfa.begin('ann'))).toBe('store_unavailable');
  });
});
