/** invariants 1 to 3: one assertion, one counter, one registration, used by many at once. */
import { fc, test } from '@fast-check/vitest';
import type { Mfa, MfaStore } from '@mfakit/core';
import { MFA_CALLS, outcomeOf, softwareKey, TEST_PASSWORD, type CallInput, type SoftwareKey } from '@mfakit/testkit';
import { describe, expect } from 'vitest';
import { KEY_A, KEY_B, stage, type Stage } from '../harness.ts';
import { storedEvents } from '../races/logged-store.ts';
import { explore, nth, scheduledInstances } from '../races/schedule.ts';
import {
  answered,
  creationOptions,
  enrollPasskey,
  passkeyProof,
  signedAlone,
  signedProof,
  signedVerify,
  withPasskeys,
} from './passkey-harness.ts';

const count = (outcomes: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

async function ann(made = {}) {
  const on = stage(withPasskeys());
  return { on, ...(await enrollPasskey(on, 'ann', made)) };
}

/** The store holds what `onEvent` was told, once each and without gaps. */
async function expectOneHistory(on: Stage): Promise<void> {
  const stored = await storedEvents(on.options.store, 'ann');
  expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, i) => i + 1));
  expect(on.events.toSorted((one, other) => one.seq - other.seq)).toEqual(stored);
}

type Input = Awaited<ReturnType<typeof signedProof>>;

/** What one assertion can be used for, by the token that it signs. */
const USES: Readonly<
  Record<
    'verify' | 'stepUp' | 'passkeySignIn',
    {
      readonly sign: (on: Stage, key: SoftwareKey) => Promise<Input>;
      readonly use: (mfa: Mfa, input: Input) => Promise<unknown>;
    }
  >
> = {
  verify: { sign: (on, key) => signedVerify(on, 'ann', key), use: (mfa, input) => mfa.verify(input) },
  stepUp: { sign: (on, key) => signedProof(on, 'ann', key), use: (mfa, input) => mfa.stepUp('ann', input) },
  passkeySignIn: { sign: (on, key) => signedAlone(on, key), use: (mfa, input) => mfa.passkeySignIn(input) },
};
/** `MFAKIT_TEST_LONG=1`: more orders of the steps. */
const RUNS = process.env['MFAKIT_TEST_LONG'] === '1' ? 300 : 30;

const NAMES = Object.keys(USES) as (keyof typeof USES)[];

describe('one assertion, fifty at once: one success', () => {
  for (const instances of [1, 2, 4]) {
    test.each(NAMES)(`%s over ${instances}`, async (name) => {
      const { on, key } = await ann();
      const { sign, use } = USES[name];
      const input = await sign(on, key);
      const all = Array.from({ length: instances }, () => on.another());
      const outcomes = await Promise.all(Array.from({ length: 50 }, (_, i) => outcomeOf(use(nth(all, i), input))));
      const { accepted, token_used: used = 0, busy = 0, ...others } = count(outcomes);
      expect([accepted, used + busy, others]).toEqual([1, 49, {}]);
      // One instance takes 33 calls of a user at once.
      expect(busy).toBeLessThanOrEqual(instances === 1 ? 50 - 33 : 0);
      expect((await on.store.record('ann')).lockout.failures).toBe(0);
      await expectOneHistory(on);
    });
  }
});

test.prop([fc.scheduler(), fc.integer({ min: 2, max: 4 }), fc.constantFrom(...NAMES), fc.integer({ min: 2, max: 5 })], {
  numRuns: RUNS,
})('one assertion, in any order of the steps: one success', async (scheduler, instances, name, uses) => {
  const { on, key } = await ann({ backupEligible: true });
  const { sign, use } = USES[name];
  const input = await sign(on, key);
  const all = scheduledInstances(on, instances, scheduler);
  const outcomes = await explore(scheduler, () =>
    Array.from({ length: uses }, (_, i) => outcomeOf(use(nth(all, i), input))),
  );
  expect(count(outcomes)).toEqual({ accepted: 1, token_used: uses - 1 });
  await expectOneHistory(on);
});

test.prop(
  [
    fc.scheduler(),
    fc.integer({ min: 2, max: 4 }),
    fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 2, maxLength: 5 }),
  ],
  { numRuns: RUNS },
)(
  'invariant 3: two tabs, two tokens: of one counter one passes, and what passes grows',
  async (s, instances, counters) => {
    const { on, key } = await ann();
    const inputs: Input[] = [];
    for (const signCount of counters) inputs.push(await signedProof(on, 'ann', key, { signCount }));
    const all = scheduledInstances(on, instances, s);
    const outcomes = await explore(s, () => inputs.map((input, i) => outcomeOf(nth(all, i).stepUp('ann', input))));
    const accepted = counters.filter((_, i) => outcomes[i] === 'accepted');
    expect(new Set(accepted).size).toBe(accepted.length);
    expect(accepted).toContain(Math.max(...counters));
    expect(new Set(outcomes.filter((outcome) => outcome !== 'accepted'))).toEqual(
      new Set(accepted.length < counters.length ? ['counter_regressed'] : []),
    );
    const [factor] = (await on.store.record('ann')).factors;
    expect(factor).toMatchObject({ signCount: Math.max(...counters) });
    expect((await on.store.record('ann')).lockout.failures).toBe(0);
    await expectOneHistory(on);
  },
);

/** What may take the key away, or change it, beside an assertion. */
const MEANWHILE: Readonly<
  Record<string, (on: Stage, user: { factorId: string; key: SoftwareKey }) => Promise<(mfa: Mfa) => Promise<unknown>>>
> = {
  removeFactor: async (on, { factorId, key }) => {
    const proof = await passkeyProof(on, 'ann', key);
    return (mfa) => mfa.removeFactor('ann', factorId, proof);
  },
  reset: async () => (mfa) => mfa.reset('ann'),
  forget: async () => (mfa) => mfa.forget('ann'),
  passwordChanged: async () => (mfa) => mfa.passwordChanged('ann'),
  rekey: async () => (mfa) => MFA_CALLS.rekey.run(mfa, {} as CallInput),
  clone: async (on, { key }) => {
    const input = await signedProof(on, 'ann', key.clone(), { signCount: 99 });
    return (mfa) => mfa.stepUp('ann', input);
  },
};

test.prop(
  [
    fc.scheduler(),
    fc.integer({ min: 2, max: 4 }),
    fc.constantFrom(...NAMES),
    fc.constantFrom(...Object.keys(MEANWHILE)),
    fc.boolean(),
  ],
  { numRuns: RUNS },
)(
  'invariant 2: beside a removal, rekey, clone …: accepted only under a key that is held',
  async (s, n, name, what, first) => {
    const user = await ann();
    const { on, key } = user;
    const { sign, use } = USES[name];
    const act = (await MEANWHILE[what]?.(on, user)) ?? (async () => undefined);
    const input = await sign(on, key);
    const all = scheduledInstances(on, n, s, { keys: [KEY_B, KEY_A] });
    const [one, two] = [async () => outcomeOf(use(nth(all, 0), input)), async () => outcomeOf(act(nth(all, 1)))];
    await explore(s, () => (first ? [one(), two()] : [two(), one()]));
    const told = on.events.toSorted((a, b) => a.seq - b.seq);
    const passed = told.findIndex(
      ({ type, ...rest }) =>
        type === 'verified' &&
        'operation' in rest &&
        rest.operation === (name === 'passkeySignIn' ? 'signIn' : name) &&
        what !== 'clone',
    );
    const gone = told.findIndex(({ type }) => ['disabled', 'factor_removed', 'reset'].includes(type));
    if (passed >= 0 && gone >= 0) expect(passed).toBeLessThan(gone);
    if (what === 'rekey') expect(passed).toBeGreaterThanOrEqual(0);
    // Whatever happened, it does not happen again.
    expect(await outcomeOf(use(on.another({ keys: [KEY_B, KEY_A] }), input))).not.toBe('accepted');
  },
);

describe('registrations', () => {
  test.prop([fc.scheduler(), fc.integer({ min: 2, max: 4 }), fc.boolean()], { numRuns: RUNS })(
    'R-77: one, completed three times in any order: one factor',
    async (scheduler, instances, named) => {
      const on = stage(withPasskeys());
      const { options, factorId } = await creationOptions(on, 'ann');
      const credential = await (await softwareKey()).create(options);
      const all = scheduledInstances(on, instances, scheduler);
      const outcomes = await explore(scheduler, () =>
        [0, 1, 2].map((i) =>
          outcomeOf(nth(all, i).confirm({ userId: 'ann' }, { credential, ...(named && { factorId }) })),
        ),
      );
      expect(count(outcomes)).toEqual({ accepted: 1, [named ? 'setup_confirmed' : 'already_enabled']: 2 });
      expect((await on.mfa.status('ann')).factors).toHaveLength(1);
      await expectOneHistory(on);
    },
  );

  test.prop([fc.scheduler(), fc.integer({ min: 2, max: 4 })], { numRuns: RUNS })(
    'invariant 10: two setups and their registrations at once leave one handle',
    async (scheduler, instances) => {
      const on = stage(withPasskeys({}));
      const user = await on.enroll('ann');
      const all = scheduledInstances(on, instances, scheduler);
      const codes = [user.backupCodes[0] ?? '', user.backupCodes[1] ?? ''];
      await explore(scheduler, () =>
        codes.map(async (backupCode, i) => {
          const mfa = nth(all, i);
          const key = await softwareKey();
          await outcomeOf(
            creationOptions({ mfa }, 'ann', { proof: { password: TEST_PASSWORD, backupCode } }).then(
              async ({ options }) => mfa.confirm({ userId: 'ann' }, { credential: await key.create(options) }),
            ),
          );
        }),
      );
      const { factors } = await on.store.record('ann');
      const handles = factors.flatMap((factor) => ('userHandle' in factor ? [factor.userHandle] : []));
      expect(new Set(handles).size).toBeLessThanOrEqual(1);
    },
  );
});

/** What becomes of one commit: it lands and its answer is lost; it never arrives; or it arrives after its caller gave up. */
type Fault = 'fine' | 'landed' | 'dropped' | 'late';

function faultyStore(store: MfaStore, faults: readonly Fault[]): MfaStore & { overdue(): Promise<readonly boolean[]> } {
  const queue = [...faults];
  const late: (() => Promise<boolean>)[] = [];
  return {
    ...store,
    async commit(commit) {
      const fault = queue.shift() ?? 'fine';
      if (fault === 'fine') return store.commit(commit);
      if (fault === 'landed') await store.commit(commit);
      if (fault === 'late') late.push(() => store.commit(commit));
      throw new Error('connection reset');
    },
    overdue: async () => Promise.all(late.splice(0).map((send) => send())),
  };
}

const faults = fc.array(fc.constantFrom<Fault>('fine', 'landed', 'dropped', 'late'), { minLength: 1, maxLength: 3 });

describe('answers of the store that are lost or late', () => {
  test.prop([faults, fc.constantFrom(...NAMES)], { numRuns: RUNS })(
    'an assertion is accepted once, told once, and refused after',
    async (given, name) => {
      const { on, key } = await ann();
      const { sign, use } = USES[name];
      const input = await sign(on, key);
      const store = faultyStore(on.options.store, given);
      expect(await outcomeOf(use(on.another({ store }), input))).toBe('accepted');
      expect(await store.overdue()).not.toContain(true);
      expect(await outcomeOf(use(on.mfa, input))).toBe('token_used');
      await expectOneHistory(on);
    },
  );

  test.prop([faults], { numRuns: RUNS })('a registration adds one factor, and its codes are good', async (given) => {
    const on = stage(withPasskeys());
    const { options, factorId, backupCodes } = await creationOptions(on, 'ann');
    const credential = await (await softwareKey()).create(options);
    const store = faultyStore(on.options.store, given);
    expect(await outcomeOf(on.another({ store }).confirm({ userId: 'ann' }, { credential, factorId }))).toBe(
      'accepted',
    );
    expect(await store.overdue()).not.toContain(true);
    expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { credential, factorId }))).toBe('setup_confirmed');
    expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: backupCodes[0] ?? '' }))).toBe('accepted');
    await expectOneHistory(on);
  });

  test.prop([fc.scheduler(), faults], { numRuns: RUNS })(
    'over a shaky and a sound connection at most one succeeds, and no event is invented',
    async (scheduler, given) => {
      const { on, key } = await ann();
      const asked = await on.mfa.challenge('ann');
      const inputs = [await answered(asked, key), await answered(asked, key)];
      const [sound] = scheduledInstances(on, 2, scheduler);
      const [shaky] = scheduledInstances(on, 2, scheduler, { store: faultyStore(on.options.store, given) });
      const outcomes = await explore(scheduler, () => [
        outcomeOf(shaky.stepUp('ann', inputs[0] as never)),
        outcomeOf(sound.stepUp('ann', inputs[1] as never)),
      ]);
      const wins = (await storedEvents(on.options.store, 'ann')).filter(({ type }) => type === 'verified');
      expect(wins.length).toBe(1);
      expect(outcomes.filter((outcome) => outcome === 'accepted').length).toBeLessThanOrEqual(1);
      const told = on.events.map(({ seq }) => seq);
      expect(new Set(told).size).toBe(told.length);
    },
  );
});
