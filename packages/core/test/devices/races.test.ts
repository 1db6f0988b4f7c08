/** one cookie, many sign-ins at once: all pass, and one of them rotates. */
import { fc, test } from '@fast-check/vitest';
import type { BeginResult, Mfa } from '@mfakit/core';
import { outcomeOf } from '@mfakit/testkit';
import { describe, expect } from 'vitest';
import { stage } from '../harness.ts';
import { explore, nth, scheduledInstances } from '../races/schedule.ts';
import { Browser, trusted } from './browser.ts';

/** Signs in, and asks again if the process had no place: it takes 33 calls of a user at once. */
async function begin(mfa: Mfa, device: string | undefined): Promise<BeginResult> {
  for (;;) {
    let begun: BeginResult | null = null;
    const outcome = await outcomeOf(mfa.begin('ann', {}, { device }).then((result) => (begun = result)));
    if (begun !== null) return begun;
    if (outcome !== 'busy') throw new Error(outcome);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const nextOf = ({ next }: BeginResult): string => next;
const cookieOf = (begun: BeginResult): string | undefined =>
  begun.next === 'signed-in' ? begun.device?.cookie : undefined;

describe('fifty at once with one cookie', () => {
  test.each([1, 2, 4])('over %i instances', async (count) => {
    const on = stage();
    const browser = await trusted(on, await on.enroll('ann'));
    const instances = Array.from({ length: count }, () => on.another());
    const told = on.events.length;
    const begun = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => begin(nth(instances, i), browser.cookie)),
    );
    expect(begun.map(nextOf)).toEqual(Array<string>(50).fill('signed-in'));
    const cookies = begun.map(cookieOf).filter((cookie) => cookie !== undefined);
    expect(cookies).toHaveLength(1);
    // The rotation, and the others together.
    expect(on.events.slice(told).map(({ type }) => type)).toEqual(['device_used', 'device_used']);
    on.clock.advance({ seconds: 61 });
    expect(await new Browser(cookies[0]).next(on, 'ann')).toBe('signed-in');
  });
});

test.prop([fc.scheduler(), fc.integer({ min: 2, max: 4 }), fc.integer({ min: 2, max: 5 })], { numRuns: 60 })(
  'in any order of their steps',
  async (scheduler, count, uses) => {
    const on = stage();
    const browser = await trusted(on, await on.enroll('ann'));
    const instances = scheduledInstances(on, count, scheduler);
    const begun = await explore(scheduler, () =>
      Array.from({ length: uses }, async (_, i) => nth(instances, i).begin('ann', {}, { device: browser.cookie })),
    );
    expect(new Set(begun.map(nextOf))).toEqual(new Set(['signed-in']));
    expect(begun.map(cookieOf).filter((cookie) => cookie !== undefined)).toHaveLength(1);
  },
);

test.prop([fc.scheduler(), fc.constantFrom('forgetDevices', 'passwordChanged', 'reset')], { numRuns: 40 })(
  'once the trust has ended nobody is signed in by it, whatever was under way',
  async (scheduler, end) => {
    const on = stage();
    const browser = await trusted(on, await on.enroll('ann'));
    const [one, two] = scheduledInstances(on, 2, scheduler);
    const [begun] = await explore(scheduler, (): readonly Promise<unknown>[] => [
      one.begin('ann', {}, { device: browser.cookie }),
      two[end]('ann'),
    ]);
    const cookies = [browser.cookie, cookieOf(begun as BeginResult)];
    if (end === 'reset') await on.enroll('ann');
    for (const cookie of cookies) expect(await new Browser(cookie).next(on, 'ann')).toBe('verify');
  },
);

test.prop([fc.scheduler()], { numRuns: 40 })('a rotation raced by a thief: one of them goes on, or none', async (s) => {
  const on = stage();
  const owner = await trusted(on, await on.enroll('ann'));
  const thief = owner.copy();
  const [one, two] = scheduledInstances(on, 2, s);
  await explore(s, () => [owner.begin({ mfa: one }, 'ann'), thief.begin({ mfa: two }, 'ann')]);
  on.clock.advance({ seconds: 61 });
  const next = [await owner.next(on, 'ann'), await thief.next(on, 'ann')];
  expect(next.filter((each) => each === 'signed-in').length).toBeLessThanOrEqual(1);
  expect(await owner.next(on, 'ann')).toBe('verify');
  expect(await thief.next(on, 'ann')).toBe('verify');
});
