/** Invariants 1 and 7: one code and one token, many callers at once, one success. */
import { fc, test } from '@fast-check/vitest';
import type { Mfa, MfaEvent, UsedFactor } from '@mfakit/core';
import { virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect } from 'vitest';
import { harness, PASSWORD, refusal, type EnrolledUser } from '../harness.ts';
import { explore, nth, scheduledInstances } from './schedule.ts';
import { storedEvents } from './logged-store.ts';

const wins = (outcomes: readonly string[]): number => outcomes.filter((outcome) => outcome === 'accepted').length;

/** The second factor that an operation was proven by, where it was one. */
const provenBy = (event: MfaEvent): UsedFactor | null => ('provenBy' in event ? event.provenBy : null);

describe('R-31, invariant 1: parallel uses of one code give one success', () => {
  test.each([1, 2, 4])('fifty uses over %i instances', async (count) => {
    const app = harness();
    const ann = await app.enrol('ann');
    const code = ann.code();
    const instances = Array.from({ length: count }, () => app.another());
    const uses = Array.from({ length: 50 }, (_, i) => refusal(nth(instances, i).stepUp('ann', { code })));
    const outcomes = await Promise.all(uses);
    expect(wins(outcomes)).toBe(1);
    expect(outcomes.filter((outcome) => outcome === 'code_already_used')).toHaveLength(49);
  });

  /** Every call that takes a code. */
  const uses: ((mfa: Mfa, ann: EnrolledUser, code: string, token: string) => Promise<unknown>)[] = [
    (mfa, _ann, code, token) => mfa.verify({ token, code }),
    (mfa, _ann, code) => mfa.stepUp('ann', { code }),
    (mfa, _ann, code) => mfa.regenerate('ann', { code, password: PASSWORD }),
    (mfa, _ann, code) => mfa.disable('ann', { code, password: PASSWORD }),
    (mfa, ann, code) => mfa.removeFactor('ann', ann.factorId, { code, password: PASSWORD }),
    (mfa, _ann, code) => mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: { code, password: PASSWORD } }),
  ];

  test.prop(
    [
      fc.scheduler(),
      fc.integer({ min: 2, max: 4 }),
      fc.array(fc.constantFrom(...uses), { minLength: 2, maxLength: 5 }),
    ],
    { numRuns: 100 },
  )('R-30: through any calls, in any order of their steps', async (scheduler, count, chosen) => {
    const app = harness();
    const ann = await app.enrol('ann');
    const token = await app.token('ann');
    const code = ann.code();
    const start = app.events.length;
    const instances = scheduledInstances(app, count, scheduler);
    const outcomes = await explore(scheduler, () =>
      chosen.map((use, i) => refusal(use(nth(instances, i), ann, code, token))),
    );
    const events = await storedEvents(app.options.store, 'ann');
    expect(events).toEqual(app.events.toSorted((a, b) => a.seq - b.seq));
    // A setup after the last factor was removed is a first one: it is accepted, and asks for no proof.
    const proven = events.slice(start).filter((event) => event.type === 'verified' || provenBy(event) !== null);
    expect(proven, `outcomes: ${outcomes.join()}`).toHaveLength(1);
    expect(wins(outcomes)).toBeGreaterThanOrEqual(1);
  });

  test.prop([fc.scheduler()], { numRuns: 50 })('the code that confirms is spent for everything else', async (s) => {
    const app = harness();
    const ann = await app.enrol('ann');
    const proof = { password: PASSWORD, code: ann.code() };
    const { uri } = await app.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof });
    const code = virtualAuthenticator(uri).code(app.clock());
    const [one, two] = scheduledInstances(app, 2, s);
    const calls = (): Promise<string>[] => [
      refusal(one.confirm({ userId: 'ann' }, { code })),
      refusal(two.stepUp('ann', { code })),
      refusal(two.confirm({ userId: 'ann' }, { code })),
    ];
    const [confirmed, used, again] = await explore(s, calls);
    expect(new Set([confirmed, again])).toEqual(new Set(['accepted', 'already_enabled']));
    expect(['code_already_used', 'invalid_code']).toContain(used);
  });
});

describe('R-53, invariant 7: a token completes once', () => {
  test('fifty completions with ten good backup codes', async () => {
    const app = harness();
    const ann = await app.enrol('ann');
    const token = await app.token('ann');
    const instances = [app.mfa, app.another(), app.another(), app.another()];
    const completions = Array.from({ length: 50 }, (_, i) =>
      refusal(nth(instances, i).verify({ token, backupCode: nth(ann.backupCodes, i) })),
    );
    expect(wins(await Promise.all(completions))).toBe(1);
  });

  test.prop([fc.scheduler(), fc.integer({ min: 2, max: 4 })], { numRuns: 60 })(
    'in any order of steps, with proofs that are all good',
    async (scheduler, count) => {
      const app = harness();
      const ann = await app.enrol('ann');
      const token = await app.token('ann');
      const instances = scheduledInstances(app, count, scheduler);
      const outcomes = await explore(scheduler, () => [
        refusal(nth(instances, 0).verify({ token, code: ann.code() })),
        ...ann.backupCodes
          .slice(0, 3)
          .map((backupCode, i) => refusal(nth(instances, i + 1).verify({ token, backupCode }))),
      ]);
      expect(wins(outcomes)).toBe(1);
      expect(outcomes.filter((outcome) => outcome === 'invalid_token')).toHaveLength(3);
    },
  );
});
