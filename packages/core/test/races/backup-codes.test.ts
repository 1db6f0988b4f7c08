/** Invariant 2: backup codes under parallel use and parallel replacement. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { explore, nth, scheduledInstances } from './schedule.ts';
import { outcomeOf, TEST_PASSWORD, testApplication } from '@mfakit/testkit';

const wins = (outcomes: readonly string[]): number => outcomes.filter((outcome) => outcome === 'accepted').length;

describe('R-47, invariant 2', () => {
  test.each([1, 4])('fifty uses of one backup code over %i instances give one success', async (count) => {
    const app = testApplication({ lockout: { maxFailures: 100 } });
    const { backupCodes } = await app.enroll('ann');
    const instances = Array.from({ length: count }, () => app.another());
    const uses = Array.from({ length: 50 }, (_, i) =>
      outcomeOf(nth(instances, i).stepUp('ann', { backupCode: nth(backupCodes, 0) })),
    );
    const outcomes = await Promise.all(uses);
    expect(wins(outcomes)).toBe(1);
    // One instance takes 32 attempts of a user at once. The others are refused before they are checked or counted.
    const taken = count === 1 ? 32 : 50;
    expect(outcomes.filter((outcome) => outcome === 'invalid_backup_code')).toHaveLength(taken - 1);
    expect(outcomes.filter((outcome) => outcome === 'busy')).toHaveLength(50 - taken);
    expect(app.events.filter(({ type }) => type === 'attempt_charged')).toHaveLength(taken);
    expect((await app.mfa.status('ann')).backupCodesRemaining).toBe(9);
  });

  test.prop([fc.scheduler(), fc.array(fc.nat({ max: 2 }), { minLength: 2, maxLength: 5 })], { numRuns: 100 })(
    'parallel uses of the same and of different codes: each code counts, and counts once',
    async (scheduler, chosen) => {
      const app = testApplication();
      const { backupCodes } = await app.enroll('ann');
      const instances = scheduledInstances(app, 3, scheduler);
      const outcomes = await explore(scheduler, () =>
        chosen.map((i, caller) => outcomeOf(nth(instances, caller).stepUp('ann', { backupCode: nth(backupCodes, i) }))),
      );
      const different = new Set(chosen).size;
      expect(wins(outcomes), `outcomes: ${outcomes.join()}`).toBe(different);
      expect((await app.mfa.status('ann')).backupCodesRemaining).toBe(10 - different);
    },
  );
});

describe('R-48: a new set against uses of the old one', () => {
  test.prop([fc.scheduler(), fc.boolean()], { numRuns: 100 })(
    'never is an old code good after the new set is, and never are both sets void',
    async (scheduler, provenByBackupCode) => {
      const app = testApplication();
      const ann = await app.enroll('ann');
      const [one, two, three] = scheduledInstances(app, 3, scheduler);
      const proof = provenByBackupCode ? { backupCode: nth(ann.backupCodes, 1) } : { code: ann.code() };
      let fresh: readonly string[] = [];
      const regenerated = async (): Promise<void> => {
        fresh = (await one.regenerate('ann', { password: TEST_PASSWORD, ...proof })).backupCodes;
      };
      const [outcome, ...uses] = await explore(scheduler, () => [
        outcomeOf(regenerated()),
        outcomeOf(two.stepUp('ann', { backupCode: nth(ann.backupCodes, 0) })),
        outcomeOf(nth([three ?? two], 0).stepUp('ann', { backupCode: nth(ann.backupCodes, 0) })),
      ]);
      expect(outcome).toBe('accepted');
      expect(wins(uses)).toBeLessThanOrEqual(1);

      // In the order of the commits no old code was accepted after the new set came into force.
      const order = app.events.toSorted((a, b) => a.seq - b.seq).map(({ type }) => type);
      expect(order.lastIndexOf('verified')).toBeLessThan(order.indexOf('backup_codes_regenerated'));
      expect((await app.mfa.status('ann')).backupCodesRemaining).toBe(10);
      expect(await outcomeOf(app.mfa.stepUp('ann', { backupCode: nth(ann.backupCodes, 2) }))).toBe(
        'invalid_backup_code',
      );
      expect(await outcomeOf(app.mfa.stepUp('ann', { backupCode: nth(fresh, 0) }))).toBe('accepted');
    },
  );
});
