/** Invariant 6 and R-27 in parallel: setup, confirm and removal, against each other and against use. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { explore, nth, scheduledInstances } from './schedule.ts';
import { storedEvents } from './logged-store.ts';
import { outcomeOf, TEST_PASSWORD, testApplication, virtualAuthenticator, wrongCode } from '@mfakit/testkit';

/** A wrong code may happen to be right within half an hour: one in some 8,000 is. */
const WRONG = /^(invalid_code|clock_ahead|clock_behind)$/;
const ANN = { userId: 'ann' };
const DETAILS = { accountName: 'ann@example.com' };

describe('R-22: setup against setup', () => {
  test.prop([fc.scheduler(), fc.integer({ min: 2, max: 4 })], { numRuns: 60 })(
    'the last one staged is the one that waits, and only its code confirms',
    async (scheduler, count) => {
      const app = testApplication();
      const instances = scheduledInstances(app, count, scheduler);
      const shown = await explore(scheduler, () => instances.map((mfa) => mfa.setup(ANN, DETAILS)));
      const last = (await storedEvents(app.options.store, 'ann')).at(-1);
      const winner = shown.find(({ factorId }) => last?.type === 'setup_started' && factorId === last.factorId);
      for (const other of shown.filter((setup) => setup !== winner)) {
        const code = virtualAuthenticator(other.uri).code(app.clock());
        expect(await outcomeOf(app.mfa.confirm(ANN, { code }))).toMatch(WRONG);
      }
      const code = virtualAuthenticator(winner?.uri ?? '').code(app.clock());
      expect((await app.mfa.confirm(ANN, { code })).factorId).toBe(winner?.factorId);
      const [backupCode = ''] = winner?.backupCodes ?? [];
      expect(await outcomeOf(app.mfa.stepUp('ann', { backupCode }))).toBe('accepted');
    },
  );
});

describe('invariant 1: confirm against confirm', () => {
  test.prop([fc.scheduler(), fc.integer({ min: 2, max: 4 })], { numRuns: 60 })(
    'one activates the factor, the others find it active',
    async (scheduler, count) => {
      const app = testApplication();
      const { uri } = await app.mfa.setup(ANN, DETAILS);
      const code = virtualAuthenticator(uri).code(app.clock());
      const instances = scheduledInstances(app, count, scheduler);
      const outcomes = await explore(scheduler, () => instances.map((mfa) => outcomeOf(mfa.confirm(ANN, { code }))));
      expect(outcomes.toSorted()).toEqual(['accepted', ...instances.slice(1).map(() => 'already_enabled')]);
      expect((await app.mfa.status('ann')).factors).toHaveLength(1);
    },
  );

  test.prop([fc.scheduler(), fc.integer({ min: 2, max: 4 })], { numRuns: 60 })(
    'wrong codes void the setup at maxFailures exactly, and lock nothing',
    async (scheduler, count) => {
      const app = testApplication({ lockout: { maxFailures: 3 } });
      const { uri } = await app.mfa.setup(ANN, DETAILS);
      const code = wrongCode(virtualAuthenticator(uri), app.clock());
      const instances = scheduledInstances(app, count, scheduler);
      const outcomes = await explore(scheduler, () =>
        Array.from({ length: 6 }, (_, i) => outcomeOf(nth(instances, i).confirm(ANN, { code }))),
      );
      const voided = ['setup_voided', 'setup_voided', 'setup_voided'];
      expect(outcomes.toSorted()).toEqual(['invalid_code', 'invalid_code', 'invalid_code', ...voided]);
      expect((await app.mfa.status('ann')).locked).toBe(false);
    },
  );
});

describe('R-27: disable against everything that is open', () => {
  test.prop([fc.scheduler(), fc.boolean()], { numRuns: 100 })(
    'after it no token, code or waiting setup of before is good',
    async (scheduler, disables) => {
      const app = testApplication();
      const ann = await app.enroll('ann');
      const [backupCode = '', another = '', third = ''] = ann.backupCodes;
      const staged = await app.mfa.setup(ANN, { ...DETAILS, proof: { password: TEST_PASSWORD, backupCode: third } });
      const pendingCode = virtualAuthenticator(staged.uri).code(app.clock());
      const token = await app.token('ann');
      const start = app.events.length;
      const instances = scheduledInstances(app, 3, scheduler);
      const proof = ann.proof();
      const remove = disables
        ? () => instances[0].disable('ann', proof)
        : () => instances[0].removeFactor('ann', ann.factorId, proof);
      const [removed, ...uses] = await explore(scheduler, () => [
        outcomeOf(remove()),
        outcomeOf(instances[1].verify({ token, backupCode })),
        outcomeOf(nth(instances, 2).stepUp('ann', { backupCode: another })),
        outcomeOf(nth(instances, 2).confirm(ANN, { code: pendingCode })),
      ]);
      expect(removed).toBe('accepted');

      const order = (await storedEvents(app.options.store, 'ann')).slice(start);
      const end = order.findIndex(({ type }) => type === 'disabled' || type === 'factor_removed');
      const added = order.findIndex(({ type }) => type === 'factor_added');
      const later = order.slice(end + 1);
      // A second factor that was confirmed before one of them was removed stays in force, with its codes.
      const stays = !disables && added !== -1;
      if (!stays) expect(later.filter(({ type }) => type === 'verified')).toEqual([]);
      // Whatever came first, a change of factors voids the token, and the removal voids the setup.
      const changed = Math.min(end, added === -1 ? end : added);
      const completed = order.findIndex((event) => event.type === 'verified' && event.operation === 'verify');
      expect(completed).toBeLessThan(changed);
      expect(later.filter(({ type }) => type === 'factor_added')).toEqual([]);
      expect(uses[2]).toBe(added === -1 ? 'setup_not_started' : 'accepted');
      expect((await app.mfa.status('ann')).enabled).toBe(stays);
    },
  );
});
