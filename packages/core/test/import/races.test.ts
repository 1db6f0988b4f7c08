/** importUser in parallel with itself, and with what the user and support do: nothing is lost, and nothing comes back. */
import { fc, test } from '@fast-check/vitest';
import type { Mfa } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD, testApplication, virtualAuthenticator, type TestApplication } from '@mfakit/testkit';
import { describe, expect } from 'vitest';
import { explore, nth, scheduledInstances } from '../races/schedule.ts';
import { CODES, factorRow, phoneOf, secretOf, userRow } from './rows.ts';

const ROW = userRow();
const PHONE = phoneOf(factorRow(1));
/** What the source says once it has changed: another secret, and the codes that it had, or others. */
const CHANGED = [
  userRow({ factors: [{ ...factorRow(1), secret: secretOf(2) }] }),
  userRow({
    factors: [{ ...factorRow(1), secret: secretOf(2) }],
    backupCodes: { codes: CODES.map((code) => code.replace('abc', 'xyz')) },
  }),
];
const NEW_PHONE = phoneOf({ ...factorRow(1), secret: secretOf(2) });

const stepUp = (app: TestApplication, answer: { code: string } | { backupCode: string }): Promise<string> =>
  outcomeOf(app.mfa.stepUp('ann', answer));

const importing = async (mfa: Mfa, row = ROW): Promise<string> => (await mfa.importUser(row)).outcome;

const races = [fc.scheduler(), fc.nat({ max: 1 })] as const;

test.prop([fc.scheduler(), fc.integer({ min: 2, max: 5 })], { numRuns: 40 })(
  'of imports of one user one is carried out',
  async (scheduler, count) => {
    const app = testApplication();
    const instances = scheduledInstances(app, count, scheduler);
    const outcomes = await explore(scheduler, () => instances.map((mfa) => importing(mfa)));
    expect(outcomes.toSorted()).toEqual(['imported', ...Array<string>(count - 1).fill('unchanged')]);
    expect(app.events.map(({ type }) => type)).toEqual(['imported']);
    expect(await stepUp(app, { backupCode: CODES[0] ?? '' })).toBe('accepted');
  },
);

describe('an update against', () => {
  test.prop([...races], { numRuns: 60 })('a backup code: it succeeds at most once', async (scheduler, which) => {
    const app = testApplication();
    await app.mfa.importUser(ROW);
    const [one, other] = scheduledInstances(app, 2, scheduler);
    const backupCode = CODES[0] ?? '';
    const [spent, outcome] = await explore(scheduler, () => [
      outcomeOf(one.stepUp('ann', { backupCode })),
      importing(other, nth(CHANGED, which)),
    ]);
    if (which === 0) expect([spent, outcome]).toEqual(['accepted', 'updated']);
    else expect(`${spent} ${outcome}`).toMatch(/^(accepted kept|invalid_backup_code updated)$/);
    expect(await stepUp(app, { backupCode })).toBe('invalid_backup_code');
    // Nor does it come back by a later run of the old row, or of the new one.
    for (const row of [ROW, nth(CHANGED, which), ROW]) await app.mfa.importUser(row);
    if (spent === 'accepted') expect(await stepUp(app, { backupCode })).toBe('invalid_backup_code');
  });

  test.prop([...races], { numRuns: 60 })('a code of the app: it succeeds at most once', async (scheduler, which) => {
    const app = testApplication();
    await app.mfa.importUser(ROW);
    const token = await app.token('ann');
    const [one, other] = scheduledInstances(app, 2, scheduler);
    const code = PHONE.code(app.clock());
    const [verified] = await explore(scheduler, () => [
      outcomeOf(one.verify({ token, code })),
      importing(other, nth(CHANGED, which)),
    ]);
    expect(['accepted', 'invalid_token', 'invalid_code']).toContain(verified);
    // The step is spent for the new secret as well.
    if (verified === 'accepted') {
      expect(await stepUp(app, { code: NEW_PHONE.code(app.clock()) })).toMatch(/^(code_already_used|invalid_code)$/);
    }
  });

  test.prop([...races], { numRuns: 60 })('a reset: no factor is left', async (scheduler, which) => {
    const app = testApplication();
    await app.mfa.importUser(ROW);
    const [one, other] = scheduledInstances(app, 2, scheduler);
    await explore(scheduler, () => [outcomeOf(one.reset('ann')), importing(other, nth(CHANGED, which))]);
    expect(await app.mfa.status('ann')).toMatchObject({ enabled: false, backupCodesRemaining: 0 });
    expect(await importing(app.mfa, ROW)).toMatch(/^(unchanged|kept)$/);
    expect((await app.mfa.status('ann')).enabled).toBe(false);
  });

  test.prop([...races], { numRuns: 60 })('a forgetting: nothing is left', async (scheduler, which) => {
    const app = testApplication();
    await app.mfa.importUser(ROW);
    const [one, other] = scheduledInstances(app, 2, scheduler);
    await explore(scheduler, () => [outcomeOf(one.forget('ann')), importing(other, nth(CHANGED, which))]);
    expect((await app.mfa.status('ann')).enabled).toBe(false);
    expect(await importing(app.mfa, ROW)).toBe('kept');
    expect(await app.mfa.history('ann')).toEqual([]);
  });

  test.prop([...races], { numRuns: 60 })('a regenerate: its codes are in force', async (scheduler, which) => {
    const app = testApplication();
    await app.mfa.importUser(ROW);
    const [one, other] = scheduledInstances(app, 2, scheduler);
    const proof = { password: TEST_PASSWORD, code: PHONE.code(app.clock()) };
    const [made, outcome] = await explore<string | readonly string[]>(scheduler, () => [
      one.regenerate('ann', proof).then(
        ({ backupCodes }) => backupCodes,
        (error: { readonly code: string }) => error.code,
      ),
      importing(other, nth(CHANGED, which)),
    ]);
    if (typeof made === 'string') {
      // The update came first, and the code was of the secret from before.
      expect([made, outcome]).toEqual(['invalid_code', 'updated']);
      return;
    }
    expect(await stepUp(app, { backupCode: made?.[0] ?? '' })).toBe('accepted');
    for (const row of [ROW, ...CHANGED]) await app.mfa.importUser(row);
    expect(await stepUp(app, { backupCode: made?.[1] ?? '' })).toBe('accepted');
    expect(await stepUp(app, { backupCode: CODES[0] ?? '' })).toBe('invalid_backup_code');
  });
});

test.prop([fc.scheduler()], { numRuns: 60 })(
  'an import against a first enrollment: one of the two, as a whole',
  async (scheduler) => {
    const app = testApplication();
    const [one, other] = scheduledInstances(app, 2, scheduler);
    const enroll = async (): Promise<string> => {
      const { uri } = await one.setup({ userId: 'ann' }, { accountName: 'ann' });
      const phone = virtualAuthenticator(uri);
      await one.confirm({ userId: 'ann' }, { code: phone.code(app.clock()) });
      return uri;
    };
    const [enrolled, outcome] = await explore(scheduler, () => [outcomeOf(enroll()), importing(other)]);
    expect(`${enrolled} ${outcome}`).toMatch(/^(accepted kept|(already_enabled|contention) imported)$/);
    expect((await app.mfa.status('ann')).factors).toHaveLength(1);
    expect((await app.mfa.status('ann')).backupCodesRemaining).toBe(10);
  },
);
