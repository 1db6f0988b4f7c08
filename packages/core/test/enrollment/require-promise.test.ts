/** the option require as a promise: what the host must look up first. */
import type { Mfa, Requirement } from '@mfakit/core';
import { outcomeOf, testApplication } from '@mfakit/testkit';
import { fc, test as property } from '@fast-check/vitest';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { explore, scheduledInstances } from '../races/schedule.ts';
import { stage } from '../harness.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** Every call that asks, of a user about whom nothing is stored. */
const ASKING: Readonly<Record<string, (mfa: Mfa) => Promise<unknown>>> = {
  begin: (mfa) => mfa.begin('ann'),
  status: (mfa) => mfa.status('ann'),
  assertNotLocked: (mfa) => mfa.assertNotLocked('ann'),
  exempt: (mfa) => mfa.exempt('ann', { until: new Date(1e13) }),
  setup: (mfa) => mfa.setup({ userId: 'ann' }, { accountName: 'ann' }),
};

describe('require may give a promise', () => {
  test('of all that it may give', async () => {
    const from = new Date(0);
    for (const [answer, next] of [
      [from, 'enroll'],
      [{ from, graceDays: 14 }, 'signed-in'],
      [null, 'signed-in'],
    ] as const) {
      const { mfa } = stage({ require: async () => answer });
      expect((await mfa.begin('ann')).next).toBe(next);
      expect((await mfa.status('ann')).enforcement === null).toBe(answer === null);
    }
  });

  test('and is asked about the user whose call it is, once for each decision', async () => {
    const asked: string[] = [];
    const { mfa } = stage({
      require: async (userId) => {
        asked.push(userId);
        return null;
      },
    });
    await mfa.begin('ann');
    await mfa.enforce('bob');
    expect(asked).toEqual(['ann', 'bob']);
  });

  test('a promise-like is one: query builders give such', async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- it is what is tested
    const thenable = { then: (resolve: (answer: Date) => void) => resolve(new Date(0)) };
    const { mfa } = stage({ require: () => thenable as unknown as Promise<Date> });
    expect((await mfa.begin('ann')).next).toBe('enroll');
  });

  test.each(Object.entries(ASKING))('%s is refused if it is rejected, or throws', async (_name, call) => {
    const cause = new Error('no groups today');
    const requires = [
      () => Promise.reject(cause),
      () => {
        throw cause;
      },
    ];
    for (const require of requires) {
      const { mfa, store } = stage({ require });
      const error: unknown = await call(mfa).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'store_unavailable', cause });
      expect(String(error)).not.toContain('groups');
      expect(store.commits()).toBe(0);
    }
  });

  test.each(Object.entries(ASKING))('%s is refused if it gives something else', async (_name, call) => {
    for (const wrong of [undefined, true, {}, { from: 7 }]) {
      const { mfa, store } = stage({ require: async () => wrong as never });
      await expect(call(mfa)).rejects.toThrow(TypeError);
      expect(store.commits()).toBe(0);
    }
  });

  test.each(Object.entries(ASKING))('%s is refused if it takes ten seconds', async (_name, call) => {
    vi.useFakeTimers();
    const { mfa, store } = stage({ require: () => new Promise<null>(() => undefined) });
    const outcome = outcomeOf(call(mfa));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await outcome).toBe('store_unavailable');
    expect(store.commits()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the first sign-in, on several servers at once', () => {
  const grace: Requirement = { from: new Date(0), graceDays: 14 };

  property.prop([fc.scheduler(), fc.integer({ min: 2, max: 4 })], { numRuns: 60 })(
    'starts the grace once',
    async (scheduler, count) => {
      const app = testApplication({ require: async () => grace });
      const instances = scheduledInstances(app, count, scheduler);
      const begun = await explore(scheduler, () => instances.map((mfa) => mfa.begin('ann')));
      const enrollBy = new Date(app.clock() + 14 * 86_400_000);
      expect(begun).toEqual(begun.map(() => ({ next: 'signed-in', enrollBy, sessionEpoch: 0, seq: 1 })));
      expect(app.events.map(({ type }) => type)).toEqual(['grace_started']);
    },
  );
});
