/** Invariants 1 and 7: one code and one token, many callers at once, one success. */
import { fc, test } from '@fast-check/vitest';
import type { MfaEvent, UsedFactor } from '@mfakit/core';
import {
  callsTaking,
  MFA_CALLS,
  outcomeOf,
  testApplication,
  virtualAuthenticator,
  type CallInput,
} from '@mfakit/testkit';
import { describe, expect } from 'vitest';
import { explore, nth, scheduledInstances } from './schedule.ts';
import { storedEvents } from './logged-store.ts';

const wins = (outcomes: readonly string[]): number => outcomes.filter((outcome) => outcome === 'accepted').length;

/** The second factor that an operation was proven by, where it was one. */
const provenBy = (event: MfaEvent): UsedFactor | null => ('provenBy' in event ? event.provenBy : null);

describe('R-31, invariant 1: parallel uses of one code give one success', () => {
  test.each([1, 2, 4])('fifty uses over %i instances', async (count) => {
    const app = testApplication();
    const ann = await app.enroll('ann');
    const code = ann.code();
    const instances = Array.from({ length: count }, () => app.another());
    const uses = Array.from({ length: 50 }, (_, i) => outcomeOf(nth(instances, i).stepUp('ann', { code })));
    const outcomes = await Promise.all(uses);
    expect(wins(outcomes)).toBe(1);
    // One instance takes 33 calls of a user at once; what is refused as busy was not looked at.
    const busy = outcomes.filter((outcome) => outcome === 'busy').length;
    expect(busy).toBe(count === 1 ? 50 - 33 : 0);
    expect(outcomes.filter((outcome) => outcome === 'code_already_used')).toHaveLength(49 - busy);
  });

  /** The calls that take a code against an active factor. */
  const uses = [...callsTaking('secondFactor'), ...callsTaking('proof')];

  test.prop(
    [
      fc.scheduler(),
      fc.integer({ min: 2, max: 4 }),
      fc.array(fc.constantFrom(...uses), { minLength: 2, maxLength: 5 }),
    ],
    { numRuns: 100 },
  )('R-30: through any calls, in any order of their steps', async (scheduler, count, chosen) => {
    const app = testApplication();
    const ann = await app.enroll('ann');
    const code = ann.code();
    const input: CallInput = {
      userId: 'ann',
      token: await app.token('ann'),
      secondFactor: { code },
      proof: ann.proof(),
      setupCode: '',
      factorId: ann.factorId,
    };
    const start = app.events.length;
    const instances = scheduledInstances(app, count, scheduler);
    const outcomes = await explore(scheduler, () =>
      chosen.map((use, i) => outcomeOf(MFA_CALLS[use].run(nth(instances, i), input))),
    );
    const events = await storedEvents(app.options.store, 'ann');
    expect(events).toEqual(app.events.toSorted((a, b) => a.seq - b.seq));
    // A setup after the last factor was removed is a first one: it is accepted, and asks for no proof.
    const proven = events.slice(start).filter((event) => event.type === 'verified' || provenBy(event) !== null);
    expect(proven, `outcomes: ${outcomes.join()}`).toHaveLength(1);
    expect(wins(outcomes)).toBeGreaterThanOrEqual(1);
  });

  test.prop([fc.scheduler()], { numRuns: 50 })('the code that confirms is spent for everything else', async (s) => {
    const app = testApplication();
    const ann = await app.enroll('ann');
    const proof = ann.proof();
    const { uri } = await app.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof });
    const code = virtualAuthenticator(uri).code(app.clock());
    const [one, two] = scheduledInstances(app, 2, s);
    const calls = (): Promise<string>[] => [
      outcomeOf(one.confirm({ userId: 'ann' }, { code })),
      outcomeOf(two.stepUp('ann', { code })),
      outcomeOf(two.confirm({ userId: 'ann' }, { code })),
    ];
    const [confirmed, used, again] = await explore(s, calls);
    expect(new Set([confirmed, again])).toEqual(new Set(['accepted', 'already_enabled']));
    expect(['code_already_used', 'invalid_code']).toContain(used);
  });
});

describe('R-53, invariant 7: a token completes once', () => {
  test('fifty completions with ten good backup codes', async () => {
    const app = testApplication();
    const ann = await app.enroll('ann');
    const token = await app.token('ann');
    const instances = [app.mfa, app.another(), app.another(), app.another()];
    const completions = Array.from({ length: 50 }, (_, i) =>
      outcomeOf(nth(instances, i).verify({ token, backupCode: nth(ann.backupCodes, i) })),
    );
    expect(wins(await Promise.all(completions))).toBe(1);
  });

  test.prop([fc.scheduler(), fc.integer({ min: 2, max: 4 })], { numRuns: 60 })(
    'in any order of steps, with proofs that are all good',
    async (scheduler, count) => {
      const app = testApplication();
      const ann = await app.enroll('ann');
      const token = await app.token('ann');
      const instances = scheduledInstances(app, count, scheduler);
      const outcomes = await explore(scheduler, () => [
        outcomeOf(nth(instances, 0).verify({ token, code: ann.code() })),
        ...ann.backupCodes
          .slice(0, 3)
          .map((backupCode, i) => outcomeOf(nth(instances, i + 1).verify({ token, backupCode }))),
      ]);
      expect(wins(outcomes)).toBe(1);
      expect(outcomes.filter((outcome) => outcome === 'token_used')).toHaveLength(3);
    },
  );
});
