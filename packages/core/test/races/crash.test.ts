/** Invariant 4: what is charged stays charged when a process dies in the middle of its slow work. */
import { EventEmitter, once } from 'node:events';
import { fc, test } from '@fast-check/vitest';
import type { CodeHasher } from '@mfakit/core';
import { describe, expect } from 'vitest';
import { harness, PASSWORD, quickHasher, refusal } from '../harness.ts';
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

const broken = async (): Promise<never> => Promise.reject(new Error('out of order'));

describe('invariant 4: charged before slow work', () => {
  test.prop([fc.array(fc.constantFrom('hasher', 'verifyPassword'), { minLength: 1, maxLength: 10 })], { numRuns: 20 })(
    'processes that die in mid-attempt have each used up one guess, though the evidence was right',
    async (deaths) => {
      const app = harness();
      const ann = await app.enrol('ann');
      const [backupCode = ''] = ann.backupCodes;
      for (const port of deaths) {
        const { begun, fall } = abyss();
        const doomed = app.another({ [port]: fall });
        const use =
          port === 'hasher'
            ? doomed.stepUp('ann', { backupCode })
            : doomed.disable('ann', { password: PASSWORD, backupCode });
        void use.catch(() => undefined);
        await begun;
      }
      const { failures } = (await app.options.store.read('ann'))?.record.lockout ?? {};
      expect(failures).toBe(deaths.length);
      const survivor = app.another();
      const locked = deaths.length === 10;
      expect(await refusal(survivor.stepUp('ann', { code: ann.code() }))).toBe(locked ? 'locked' : 'accepted');
      const charges = (await storedEvents(app.options.store, 'ann')).filter(({ type }) => type === 'attempt_charged');
      expect(charges).toHaveLength(deaths.length);
    },
  );

  test('a hasher or a password check that fails refuses, and the attempt stays counted', async () => {
    const app = harness();
    const ann = await app.enrol('ann');
    const [backupCode = ''] = ann.backupCodes;
    expect(await refusal(app.another({ hasher: broken }).stepUp('ann', { backupCode }))).toBe('busy');
    const proof = { password: PASSWORD, code: ann.code() };
    expect(await refusal(app.another({ verifyPassword: broken }).disable('ann', proof))).toBe('store_unavailable');
    expect((await app.options.store.read('ann'))?.record.lockout.failures).toBe(2);
    // Nothing of the evidence was spent.
    expect(await refusal(app.mfa.stepUp('ann', { backupCode }))).toBe('accepted');
    expect(await refusal(app.mfa.disable('ann', proof))).toBe('accepted');
  });

  test('at the moment of the slow work the charge is stored already', async () => {
    const counts: (number | undefined)[] = [];
    const look = async (): Promise<void> => {
      counts.push((await app.options.store.read('ann'))?.record.lockout.failures);
    };
    const app = harness();
    const hasher: CodeHasher = async (job) => look().then(() => quickHasher(job));
    const mfa = app.another({ hasher, verifyPassword: async () => look().then(() => false) });
    const { backupCodes } = await app.enrol('ann');
    const [backupCode = ''] = backupCodes;
    expect(await refusal(mfa.stepUp('ann', { backupCode: 'ZZZZ-ZZZZ' }))).toBe('invalid_backup_code');
    expect(await refusal(mfa.disable('ann', { password: 'wrong', backupCode }))).toBe('invalid_password');
    expect(await refusal(mfa.stepUp('ann', { backupCode }))).toBe('accepted');
    expect(counts).toEqual([1, 2, 3]);
  });
});
