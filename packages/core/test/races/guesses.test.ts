/** Invariants 3 and 4: the budget of guesses is exact, however many come at once. */
import { fc, test } from '@fast-check/vitest';
import { MfaError, type Mfa, type MfaStore } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD, testApplication, type EnrolledUser, type TestApplication } from '@mfakit/testkit';
import { memoryStore } from '@mfakit/memory';
import { describe, expect } from 'vitest';
import { loggedStore, storedEvents } from './logged-store.ts';
import { explore, nth, scheduledInstances } from './schedule.ts';

const BURST = 1_000;
const INSTANCES = 4;
const MAX_FAILURES = 10;
/** Calls of one user that one instance takes at once: one that runs, and 32 that wait. */
const PLACES = 33;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Each turn of the event loop lets other calls in, as a network would. */
function slowStore(store: MfaStore): MfaStore {
  return {
    ...store,
    read: async (userId) => turn().then(() => store.read(userId)),
    commit: async (commit) => turn().then(() => store.commit(commit)),
  };
}

type Guess = (mfa: Mfa, wrong: string, ann: EnrolledUser) => Promise<unknown>;

/** What is wrong in a guess, and the refusal that says so. `slow`: counted before the slow work, and settled after. */
const GUESSES: readonly {
  readonly kind: string;
  readonly reason: string;
  readonly slow: boolean;
  readonly run: Guess;
}[] = [
  { kind: 'codes', reason: 'invalid_code', slow: false, run: (mfa, code) => mfa.stepUp('ann', { code }) },
  {
    kind: 'backup codes',
    reason: 'invalid_backup_code',
    slow: true,
    run: (mfa) => mfa.stepUp('ann', { backupCode: 'ZZZZ-ZZZZ' }),
  },
  {
    kind: 'passwords',
    reason: 'invalid_password',
    slow: true,
    run: (mfa, _wrong, { backupCodes: [backupCode = ''] }) => mfa.disable('ann', { password: 'wrong', backupCode }),
  },
  {
    kind: 'passwords with a good code',
    reason: 'invalid_password',
    slow: true,
    run: (mfa, _wrong, ann) => mfa.regenerate('ann', { password: 'wrong', code: ann.code() }),
  },
];

/** The host's own login route answers that the password is wrong, once that is counted. */
const login: Guess = (mfa) => mfa.passwordFailed('ann').then(() => Promise.reject(new MfaError('invalid_password')));

interface Burst {
  readonly outcomes: ReadonlyMap<string, number>;
  readonly reads: number;
  readonly commits: number;
  readonly landed: number;
  readonly hashes: number;
  readonly passwordChecks: number;
}

async function burst(
  app: TestApplication,
  store: ReturnType<typeof loggedStore>,
  runs: readonly Guess[],
): Promise<Burst> {
  const ann = await app.enroll('ann');
  const wrong = ann.wrongCode();
  const instances = Array.from({ length: INSTANCES }, () => app.another());
  const before = [store.reads(), store.commits(), store.landed.length, app.hashes(), app.passwordChecks()] as const;
  const guesses = Array.from({ length: BURST }, (_, i) => outcomeOf(nth(runs, i)(nth(instances, i >> 2), wrong, ann)));
  const outcomes = new Map<string, number>();
  for (const outcome of await Promise.all(guesses)) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  return {
    outcomes,
    reads: store.reads() - before[0],
    commits: store.commits() - before[1],
    landed: store.landed.length - before[2],
    hashes: app.hashes() - before[3],
    passwordChecks: app.passwordChecks() - before[4],
  };
}

describe.each([
  ['a store that answers at once', (store: MfaStore) => store],
  ['a store across a network', slowStore],
])('R-35, invariant 3: 1,000 parallel guesses over 4 instances and %s', (_name, wrap) => {
  test.each(GUESSES)('wrong $kind', async ({ kind, reason, slow, run }) => {
    const store = loggedStore(wrap(memoryStore()));
    const { outcomes, ...cost } = await burst(testApplication({ store }), store, [run]);
    const { [reason]: revealed, locked = 0, busy = 0, ...others } = Object.fromEntries(outcomes);
    expect(revealed).toBe(MAX_FAILURES);
    expect(locked + busy).toBe(BURST - MAX_FAILURES);
    expect(others).toEqual({});
    // Every place is used, and a guess that finds one is judged or refused as locked. (Slow guesses take two turns each.)
    if (!slow) expect(locked).toBeGreaterThanOrEqual(INSTANCES * PLACES - MAX_FAILURES);

    const swaps = MAX_FAILURES * (slow ? 2 : 1);
    expect(cost.landed).toBe(swaps);
    // Each swap that lands can cost every other instance one lost race, and no guess anything more.
    expect(cost.commits).toBeLessThanOrEqual(swaps * INSTANCES + MAX_FAILURES);
    // Linear in the burst: one read for each guess, one more for each settlement and each lost race.
    expect(cost.reads).toBeLessThanOrEqual(BURST + swaps * INSTANCES + MAX_FAILURES);
    expect(cost.hashes).toBe(kind === 'backup codes' ? MAX_FAILURES : 0);
    expect(cost.passwordChecks).toBe(kind.startsWith('passwords') ? MAX_FAILURES : 0);
  });

  test('all kinds at once, the login route included', async () => {
    const store = loggedStore(wrap(memoryStore()));
    const app = testApplication({ store });
    const { outcomes, ...cost } = await burst(app, store, [...GUESSES.map(({ run }) => run), login]);
    const events = await storedEvents(store, 'ann');
    const refused = events.filter((event) => event.type === 'attempt_refused');
    const counted = events.filter((event) => ['attempt_charged', 'attempt_refused'].includes(event.type));
    // A lock of ten wrong logins leaves a living session one failure.
    const byLogins = counted
      .slice(0, MAX_FAILURES)
      .every((event) => 'operation' in event && event.operation === 'login');
    const revealed = [...outcomes].filter(([outcome]) => outcome.startsWith('invalid_'));
    const told = revealed.reduce((sum, [, times]) => sum + times, 0);
    expect(told).toBe(byLogins ? MAX_FAILURES + 1 : MAX_FAILURES);
    expect(refused).toHaveLength(told);
    expect((outcomes.get('locked') ?? 0) + (outcomes.get('busy') ?? 0)).toBe(BURST - told);
    expect(outcomes.has('accepted')).toBe(false);
    expect(cost.hashes + cost.passwordChecks).toBeLessThanOrEqual(told);
    expect(cost.reads).toBeLessThanOrEqual(BURST + 2 * MAX_FAILURES * INSTANCES + MAX_FAILURES);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.filter(({ type }) => type === 'account_locked')).toHaveLength(1);
  });
});

/** Milliseconds that each call of a store takes. */
const LATENCY_MS = 2;

/** A store across a network: it answers one call at a time. */
function serialStore(store: MfaStore): MfaStore {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(() => new Promise((resolve) => setTimeout(resolve, LATENCY_MS))).then(work);
    last = done.catch(() => undefined);
    return done;
  };
  return {
    ...store,
    read: async (userId) => inTurn(async () => store.read(userId)),
    commit: async (swap) => inTurn(async () => store.commit(swap)),
  };
}

// A busy machine may be slow once.
test('support answers within a second while 1,000 guesses wait', { retry: 2 }, async () => {
  const app = testApplication({ store: serialStore(memoryStore()) });
  const ann = await app.enroll('ann');
  const wrong = ann.wrongCode();
  const flood = Array.from({ length: BURST }, (_, i) => outcomeOf(nth(GUESSES, i).run(app.mfa, wrong, ann)));
  const waits: number[] = [];
  for (const call of ['unlock', 'enforce', 'exempt', 'passwordChanged', 'reset', 'unlock'] as const) {
    const start = performance.now();
    await app.mfa[call]('ann', undefined, undefined);
    waits.push(performance.now() - start);
  }
  expect(Math.max(...waits)).toBeLessThan(1000);
  expect(new Set(await Promise.all(flood))).toContain('busy');
  expect((await app.mfa.status('ann')).enabled).toBe(false);
});

describe('invariant 3: refusals between one success and the next', () => {
  const lockout = { maxFailures: 3, hardLimit: 100 };
  type Call = (mfa: Mfa, wrong: string, ann: EnrolledUser) => Promise<unknown>;
  const call = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<Call>(...GUESSES.map(({ run }) => run)) },
    {
      weight: 3,
      arbitrary: fc.constantFrom<Call>(
        (mfa) => mfa.unlock('ann'),
        (mfa, _wrong, ann) => mfa.stepUp('ann', { code: ann.code() }),
        (mfa, _wrong, { backupCodes: [, backupCode = ''] }) => mfa.stepUp('ann', { backupCode }),
        (mfa, _wrong, { backupCodes: [, , backupCode = ''] }) =>
          mfa.regenerate('ann', { password: TEST_PASSWORD, backupCode }),
      ),
    },
  );

  test.prop(
    [fc.scheduler(), fc.integer({ min: 2, max: 4 }), fc.array(call, { minLength: 4, maxLength: 10, size: 'max' })],
    { numRuns: 200 },
  )(
    'never more than maxFailures, whatever was in flight when the count was reset',
    async (scheduler, count, calls) => {
      const app = testApplication({ lockout });
      const ann = await app.enroll('ann');
      const wrong = ann.wrongCode();
      const start = app.events.length;
      const instances = scheduledInstances(app, count, scheduler);
      const outcomes = await explore(scheduler, () =>
        calls.map((run, i) => outcomeOf(run(nth(instances, i), wrong, ann))),
      );

      // In the order of the commits, which no answer can overtake. The lock does not end: the clock stands still.
      const history = (await storedEvents(app.options.store, 'ann')).slice(start);
      let refused = 0;
      let revealed = 0;
      for (const event of history) {
        if (event.type === 'attempt_refused' && event.reason !== 'code_already_used') {
          refused += 1;
          revealed += 1;
        }
        if (['verified', 'account_unlocked', 'backup_codes_regenerated'].includes(event.type)) refused = 0;
        expect(refused, 'invariant 3').toBeLessThanOrEqual(lockout.maxFailures);
      }
      // What callers heard is what was committed, no more and no less.
      expect(outcomes.filter((outcome) => outcome.startsWith('invalid_'))).toHaveLength(revealed);
    },
    120_000,
  );
});
