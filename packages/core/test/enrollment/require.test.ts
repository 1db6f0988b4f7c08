import { createMfa } from '@mfakit/core';
import { outcomeOf } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';

const DAY_MS = 86_400_000;

describe('the option require: policy as data beside what enforce stores', () => {
  test("'all': every user must enroll to sign in, with nothing stored", async () => {
    const { mfa, store } = stage({ require: 'all' });
    expect((await mfa.begin('ann')).next).toBe('enroll');
    expect(await store.read('ann')).toBeNull();
    expect((await mfa.status('ann')).enforcement).toEqual({ from: new Date(0) });
  });

  test('a function: from an instant on, per user; null for never', async () => {
    const on = stage({ require: (userId) => (userId === 'ann' ? new Date(on.clock() + DAY_MS) : null) });
    const from = new Date(on.clock() + DAY_MS);
    expect(await on.mfa.begin('ann')).toMatchObject({ next: 'signed-in', enrollBy: from });
    expect(await on.mfa.begin('bob')).not.toHaveProperty('enrollBy');
  });

  test('the stricter of the two wins, whichever it is', async () => {
    const on = stage({ require: () => new Date(2 * DAY_MS) });
    await on.mfa.enforce('ann', { from: new Date(DAY_MS) });
    await on.mfa.enforce('bob', { from: new Date(3 * DAY_MS) });
    expect((await on.mfa.status('ann')).enforcement).toEqual({ from: new Date(DAY_MS) });
    expect((await on.mfa.status('bob')).enforcement).toEqual({ from: new Date(2 * DAY_MS) });
  });

  test('the last factor of a user of whom it is required cannot be removed', async () => {
    const { mfa, enroll } = stage({ require: 'all' });
    const ann = await enroll('ann');
    expect(await outcomeOf(mfa.disable('ann', ann.proof()))).toBe('required_by_policy');
    expect(await outcomeOf(mfa.removeFactor('ann', ann.factorId, ann.proof()))).toBe('required_by_policy');
  });

  test('exempt without an end lifts what enforce stored, and nothing else', async () => {
    const { mfa } = stage({ require: 'all' });
    await mfa.enforce('ann');
    await mfa.exempt('ann');
    expect((await mfa.begin('ann')).next).toBe('enroll');
  });

  test('an exemption with an end lifts both until then, and not a moment longer', async () => {
    const { mfa, clock } = stage({ require: 'all' });
    const until = new Date(clock() + DAY_MS);
    await mfa.enforce('ann');
    await mfa.exempt('ann', { until });
    expect(await mfa.begin('ann')).toMatchObject({ next: 'signed-in', enrollBy: until });
    clock.set(until.getTime() - 1);
    expect((await mfa.begin('ann')).next).toBe('signed-in');
    clock.set(until.getTime());
    expect((await mfa.begin('ann')).next).toBe('enroll');
  });

  test('exempt without an end takes back an exemption with one', async () => {
    const { mfa, clock } = stage({ require: 'all' });
    await mfa.exempt('ann', { until: new Date(clock() + DAY_MS) });
    expect((await mfa.begin('ann')).next).toBe('signed-in');
    await mfa.exempt('ann');
    expect((await mfa.begin('ann')).next).toBe('enroll');
  });

  test('a policy that gives anything but a Date or null refuses: it is not taken for none', async () => {
    for (const wrong of [undefined, true, new Date(Number.NaN), 7]) {
      const { mfa } = stage({ require: () => wrong as Date });
      await expect(mfa.begin('ann')).rejects.toThrow('require must give a valid Date or null');
    }
  });

  test.each([true, 'none', {}])('%j is no policy', (require) => {
    const { options } = stage();
    expect(() => createMfa({ ...options, require: require as 'all' })).toThrow(
      "createMfa: require: must be a function or the literal 'all'",
    );
  });
});
