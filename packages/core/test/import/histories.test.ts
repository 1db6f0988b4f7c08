/** Random histories of imports and of what users and staff do meanwhile: nothing that was spent or removed comes back. */
import { fc, test } from '@fast-check/vitest';
import type { TotpFactor } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD, virtualAuthenticator } from '@mfakit/testkit';
import { expect } from 'vitest';
import { stage } from '../harness.ts';
import { CODES, factorRow, phoneOf, userRow, rekeyed } from './rows.ts';

/** What an old system says at some time: a secret for each of its devices, and the codes that it has left. */
const row = fc.record({
  call: fc.constant('import' as const),
  /** Of each device its secret; absent: the device is gone there. */
  devices: fc.constantFrom([0, 2], [0, 2], [1, 2], [0], [2], [1]),
  /** Which set, and how many of its codes were spent there. */
  set: fc.constantFrom(0, 0, 0, 1),
  spent: fc.constantFrom(0, 0, 0, 1, 2),
  usedNow: fc.boolean(),
  dryRun: fc.constantFrom(false, false, false, true),
});
const step = fc.oneof(
  { weight: 6, arbitrary: row },
  {
    weight: 4,
    arbitrary: fc.record({ call: fc.constant('spend' as const), set: fc.nat({ max: 1 }), code: fc.nat({ max: 3 }) }),
  },
  { weight: 3, arbitrary: fc.record({ call: fc.constant('code' as const), secret: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ call: fc.constant('removeFactor' as const), place: fc.nat({ max: 1 }) }) },
  { weight: 2, arbitrary: fc.record({ call: fc.constantFrom('regenerate', 'reset', 'enroll', 'forget', 'rekey') }) },
  { weight: 3, arbitrary: fc.record({ call: fc.constant('wait' as const), seconds: fc.constantFrom(1, 30, 60) }) },
);

const codesOf = (set: number): readonly string[] => CODES.slice(0, 4).map((code) => `set${set}${code}`);

/** `MFAKIT_TEST_LONG=1`: a thousand. */
const RUNS = process.env['MFAKIT_TEST_LONG'] === '1' ? 1000 : 100;

test.prop([fc.array(step, { minLength: 4, maxLength: 30, size: 'max' })], { numRuns: RUNS })(
  'R-44 no spent code and no removed factor comes back, whatever is imported when',
  async (steps) => {
    const on = stage({ lockout: { maxFailures: 100 } });
    /** What must never be good again: codes that were spent, sets that were replaced here, and factors that were removed. */
    const gone = new Set<string>();
    const usedSteps = new Map<number, number>();
    /** Whether something was changed here, so that no import may change anything more. */
    let ours = false;
    let enrolled: string | null = null;
    const factors = async (): Promise<readonly TotpFactor[]> =>
      ((await on.store.read('ann'))?.record.factors ?? []) as readonly TotpFactor[];
    const proof = async (): Promise<{ password: string; code: string } | null> => {
      await on.mfa.unlock('ann');
      for (const phone of [0, 1, 2].map((n) => phoneOf(factorRow(n)))) {
        on.clock.advance({ seconds: 60 });
        const code = phone.code(on.clock() + 30_000);
        const before = await on.store.read('ann');
        if ((await outcomeOf(on.mfa.stepUp('ann', { code: phone.code(on.clock()) }))) === 'accepted')
          return { password: TEST_PASSWORD, code };
        expect(before).toBeDefined();
      }
      return null;
    };
    const leave = async (): Promise<void> => {
      ours = true;
      for (const set of [0, 1]) for (const code of codesOf(set)) gone.add(code);
    };

    for (const each of steps) {
      const before = await on.store.read('ann');
      switch (each.call) {
        case 'import': {
          const lastStep = each.usedNow ? Math.floor(on.clock() / 30_000) : -1;
          const devices = each.devices.map((secret) =>
            factorRow(secret, { externalId: secret === 2 ? 'tablet' : 'phone', lastStep }),
          );
          const given = userRow({ factors: devices, backupCodes: { codes: codesOf(each.set).slice(each.spent) } });
          const { dryRun } = each;
          const rehearsed = await on.mfa.importUser(given, { dryRun: true });
          expect(await on.store.read('ann')).toEqual(before);
          const { outcome } = await on.mfa.importUser(given, { dryRun });
          expect(outcome).toBe(rehearsed.outcome);
          if (ours) expect(['kept', 'unchanged']).toContain(outcome);
          const after = await on.store.read('ann');
          if (outcome === 'kept' || dryRun) expect(after).toEqual(before);
          if (outcome === 'unchanged') expect(after?.record.backupCodes).toEqual(before?.record.backupCodes);
          if (!dryRun && outcome !== 'kept') {
            expect(await on.mfa.importUser(given)).toMatchObject({ outcome: 'unchanged' });
            if (each.usedNow) for (const secret of each.devices) usedSteps.set(secret, lastStep);
          }
          break;
        }
        case 'spend': {
          const code = codesOf(each.set)[each.code] ?? '';
          const outcome = await outcomeOf(on.mfa.stepUp('ann', { backupCode: code }));
          if (outcome === 'accepted') {
            expect(gone, 'a code came back').not.toContain(code);
            gone.add(code);
          }
          break;
        }
        case 'code': {
          const current = Math.floor(on.clock() / 30_000);
          const outcome = await outcomeOf(
            on.mfa.stepUp('ann', { code: phoneOf(factorRow(each.secret)).code(on.clock()) }),
          );
          if (outcome === 'accepted') {
            expect(usedSteps.get(each.secret) ?? -1, 'a step came back').toBeLessThan(current);
            usedSteps.set(each.secret, current);
          }
          break;
        }
        case 'removeFactor': {
          const factor = (await factors())[each.place];
          const proven = factor === undefined ? null : await proof();
          if (factor === undefined || proven === null) break;
          on.clock.advance({ seconds: 30 });
          if ((await outcomeOf(on.mfa.removeFactor('ann', factor.id, proven))) !== 'accepted') break;
          ours = true;
          gone.add(factor.id);
          if ((await factors()).length === 0) await leave();
          break;
        }
        case 'regenerate': {
          const proven = await proof();
          if (proven === null) break;
          on.clock.advance({ seconds: 30 });
          if ((await outcomeOf(on.mfa.regenerate('ann', proven))) === 'accepted') await leave();
          break;
        }
        case 'reset':
        case 'forget': {
          for (const { id } of await factors()) gone.add(id);
          await on.mfa[each.call]('ann');
          enrolled = null;
          await leave();
          break;
        }
        case 'enroll': {
          if ((await factors()).length > 0) break;
          const { uri, factorId } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
          await on.mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(on.clock()) });
          enrolled = factorId;
          await leave();
          break;
        }
        case 'rekey': {
          await rekeyed(on);
          break;
        }
        case 'wait':
          on.clock.advance({ seconds: each.seconds });
          break;
      }
      for (const { id } of await factors()) expect(gone, 'a factor came back').not.toContain(id);
      if (enrolled !== null) expect((await factors()).map(({ id }) => id)).toContain(enrolled);
      const was = (before?.record.factors ?? []) as readonly TotpFactor[];
      for (const factor of await factors()) {
        const former = was.find(({ id }) => id === factor.id);
        expect(factor.lastStep, 'lastStep fell').toBeGreaterThanOrEqual(former?.lastStep ?? -1);
      }
    }
  },
  RUNS * 9_000,
);
