/** Lost answers: a commit whose outcome is unknown neither costs a good code nor lets one be used twice. */
import { fc, test } from '@fast-check/vitest';
import type { MfaStore } from '@mfakit/core';
import { outcomeOf, testApplication, type TestApplication } from '@mfakit/testkit';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { storedEvents } from './logged-store.ts';
import { explore, scheduledInstances } from './schedule.ts';

/** What becomes of one commit: it lands and its answer is lost; it never arrives; or it arrives after its caller gave up. */
type Fault = 'fine' | 'landed' | 'dropped' | 'late';

const LOST = new Error('connection reset');

/** A store whose first commits meet these faults. `overdue` sends what is still under way. */
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
      throw LOST;
    },
    overdue: async () => Promise.all(late.splice(0).map((send) => send())),
  };
}

/** The store holds what `onEvent` was told, once each and without gaps. */
async function expectOneHistory(app: TestApplication): Promise<void> {
  const stored = await storedEvents(app.options.store, 'ann');
  expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, i) => i + 1));
  expect(app.events.toSorted((a, b) => a.seq - b.seq)).toEqual(stored);
}

const fault = fc.constantFrom<Fault>('fine', 'landed', 'dropped', 'late');

describe('answers lost on the way', () => {
  test.prop([fc.array(fault, { maxLength: 3 })], { numRuns: 40 })(
    'a good code is accepted once, a good backup code too, and a wrong one is counted once',
    async (faults) => {
      const app = testApplication();
      const ann = await app.enroll('ann');
      const [backupCode = ''] = ann.backupCodes;
      const code = ann.code();
      const uses: ((store: MfaStore) => Promise<unknown>)[] = [
        (store) => app.another({ store }).stepUp('ann', { backupCode }),
        (store) => app.another({ store }).stepUp('ann', { code }),
      ];
      for (const use of uses) {
        const store = faultyStore(app.options.store, faults);
        expect(await outcomeOf(use(store))).toBe('accepted');
        expect(await store.overdue()).not.toContain(true);
        expect(await outcomeOf(use(app.options.store))).toMatch(/^(code_already_used|invalid_backup_code)$/);
      }
      await app.mfa.unlock('ann');
      const store = faultyStore(app.options.store, faults);
      const wrong = { code: ann.wrongCode() };
      expect(await outcomeOf(app.another({ store }).stepUp('ann', wrong))).toBe('invalid_code');
      expect(await store.overdue()).not.toContain(true);
      expect((await app.options.store.read('ann'))?.record.lockout.failures).toBe(1);
      await expectOneHistory(app);
    },
  );

  test.prop([fc.scheduler(), fc.array(fault, { minLength: 1, maxLength: 3 })], { numRuns: 100 })(
    'of parallel uses over a faulty and a sound connection at most one succeeds, and no event is invented',
    async (scheduler, faults) => {
      const app = testApplication();
      const ann = await app.enroll('ann');
      const code = ann.code();
      const faulty = faultyStore(app.options.store, faults);
      const [sound] = scheduledInstances(app, 2, scheduler);
      const [shaky] = scheduledInstances(app, 2, scheduler, { store: faulty });
      const outcomes = await explore(scheduler, () => [
        outcomeOf(shaky.stepUp('ann', { code })),
        outcomeOf(sound.stepUp('ann', { code })),
        ...['network', 'network'].map(async (name) => {
          await scheduler.schedule(Promise.resolve(), name);
          return String(await faulty.overdue());
        }),
      ]);
      await faulty.overdue();
      const uses = outcomes.slice(0, 2);
      expect(uses.filter((outcome) => outcome === 'accepted').length).toBeLessThanOrEqual(1);
      expect(await outcomeOf(app.mfa.stepUp('ann', { code }))).toBe('code_already_used');
      const stored = await storedEvents(app.options.store, 'ann');
      expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, i) => i + 1));
      expect(stored.filter(({ type }) => type === 'verified')).toHaveLength(1);
      expect(stored).toEqual(expect.arrayContaining(app.events));
    },
  );

  test('a commit that lands while the next try is under way is recognised', async () => {
    const app = testApplication();
    const ann = await app.enroll('ann');
    const { store } = app.options;
    const faulty = faultyStore(store, ['late']);
    const racing: MfaStore = {
      ...faulty,
      commit: async (commit) => {
        // The first one lands just before the second reaches the database.
        await faulty.overdue();
        return faulty.commit(commit);
      },
    };
    const code = ann.code();
    expect(await outcomeOf(app.another({ store: racing }).stepUp('ann', { code }))).toBe('accepted');
    expect(await outcomeOf(app.mfa.stepUp('ann', { code }))).toBe('code_already_used');
    await expectOneHistory(app);
  });

  test('where the read-back fails too, the caller is refused and the code is spent', async () => {
    const app = testApplication();
    const ann = await app.enroll('ann');
    const { store } = app.options;
    let down = false;
    const dying: MfaStore = {
      ...store,
      read: async (userId) => (down ? Promise.reject(LOST) : store.read(userId)),
      commit: async (commit) => {
        await store.commit(commit);
        down = true;
        throw LOST;
      },
    };
    const code = ann.code();
    expect(await outcomeOf(app.another({ store: dying }).stepUp('ann', { code }))).toBe('store_unavailable');
    expect(await outcomeOf(app.mfa.stepUp('ann', { code }))).toBe('code_already_used');
  });
});

describe('invariant 9: stores that never answer well', () => {
  const answers = {
    contention: async () => false,
    store_unavailable: async () => Promise.reject(LOST),
  };
  test.each(Object.entries(answers))('%s', async (expected, commit) => {
    const app = testApplication();
    const ann = await app.enroll('ann');
    const mfa = app.another({ store: { ...app.options.store, commit } });
    const [backupCode = ''] = ann.backupCodes;
    const wrong = ann.wrongCode();
    const before = await app.options.store.read('ann');
    // Fifty lost races are a second of back-off, which nothing here depends on.
    vi.stubGlobal('setTimeout', (resume: () => void) => setImmediate(resume));
    onTestFinished(() => void vi.unstubAllGlobals());
    for (const proof of [{ code: ann.code() }, { code: wrong }, { backupCode }, { backupCode: 'ZZZZ-ZZZZ' }]) {
      // Right and wrong alike: no outcome without its commit.
      expect(await outcomeOf(mfa.stepUp('ann', proof))).toBe(expected);
    }
    expect(await outcomeOf(mfa.passwordFailed('ann'))).toBe(expected);
    expect(await outcomeOf(mfa.disable('ann', ann.proof()))).toBe(expected);
    expect(await app.options.store.read('ann')).toEqual(before);
    expect(app.hashes()).toBe(10); // those of the enrollment
  });
});
