/** Invariant 4: what is charged stays charged when a process dies in the middle of its slow work. */
import { EventEmitter, once } from 'node:events';
import { fc, test } from '@fast-check/vitest';
import type { CodeHasher } from '@mfakit/core';
import { outcomeOf, quickHasher, TEST_PASSWORD, testApplication } from '@mfakit/testkit';
import { describe, expect } from 'vitest';
import { storedEvents } from './logged-store.ts';

/** Slow work that never ends, and says when it began. */
function abyss(): { readonly begun: Promise<void>; readonly fall: () => Promise<never> } {
  const events = new EventEmitter();
  const begun = once(events, 'begun').then(() => undefined);
  const fall = async (): Promise<never> => {
    events.emit('begun');
    return new Promise<never>(() => undefined);
  };
  return { begun, fall };
}

describe('invariant 4: charged before slow work', () => {
  test.prop([fc.array(fc.constantFrom('hasher', 'verifyPassword'), { minLength: 1, maxLength: 10 })], { numRuns: 20 })(
    'processes that die in mid-attempt have each used up one guess, though the evidence was right',
    async (deaths) => {
      const app = testApplication();
      const ann = await app.enroll('ann');
      const [backupCode = ''] = ann.backupCodes;
      for (const port of deaths) {
        const { begun, fall } = abyss();
        const doomed = app.another({ [port]: fall });
        const use =
          port === 'hasher'
            ? doomed.stepUp('ann', { backupCode })
            : doomed.disable('ann', { password: TEST_PASSWORD, backupCode });
        void use.catch(() => undefined);
        await begun;
      }
      const { failures } = (await app.options.store.read('ann'))?.record.lockout ?? {};
      expect(failures).toBe(deaths.length);
      const survivor = app.another();
      const locked = deaths.length === 10;
      expect(await outcomeOf(survivor.stepUp('ann', { code: ann.code() }))).toBe(locked ? 'locked' : 'accepted');
      const charges = (await storedEvents(app.options.store, 'ann')).filter(({ type }) => type === 'attempt_charged');
      expect(charges).toHaveLength(deaths.length);
    },
  );

  test('at the moment of the slow work the charge is stored already', async () => {
    const counts: (number | undefined)[] = [];
    const look = async (): Promise<void> => {
      counts.push((await app.options.store.read('ann'))?.record.lockout.failures);
    };
    const app = testApplication();
    const hasher: CodeHasher = async (job) => look().then(() => quickHasher(job));
    const mfa = app.another({ hasher, verifyPassword: async () => look().then(() => false) });
    const { backupCodes } = await app.enroll('ann');
    const [backupCode = ''] = backupCodes;
    expect(await outcomeOf(mfa.stepUp('ann', { backupCode: 'ZZZZ-ZZZZ' }))).toBe('invalid_backup_code');
    expect(await outcomeOf(mfa.disable('ann', { password: 'wrong', backupCode }))).toBe('invalid_password');
    expect(await outcomeOf(mfa.stepUp('ann', { backupCode }))).toBe('accepted');
    expect(counts).toEqual([1, 2, 3]);
  });
});
