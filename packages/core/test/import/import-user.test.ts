/** importUser: what becomes of a user of another system, once, again, and after changes here. */
import { outcomeOf, TEST_PASSWORD } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';
import { CODES, factorRow, phoneOf, secretOf, userRow } from './rows.ts';

const ANN = userRow();
const [FACTOR = factorRow(1)] = ANN.factors;
const phone = phoneOf(FACTOR);

async function imported(on: Stage, row = ANN): Promise<Stage> {
  expect(await on.mfa.importUser(row)).toMatchObject({ outcome: 'imported' });
  return on;
}

/** How a step-up with a code, or a backup code, ends. */
async function answers(on: Stage, answer: { code: string } | { backupCode: string }): Promise<string> {
  return outcomeOf(on.mfa.stepUp('ann', answer));
}

describe('a new user', () => {
  test('is imported: the codes of the app and the backup codes are good, each once', async () => {
    const on = stage();
    expect(await on.mfa.importUser(ANN)).toEqual({ outcome: 'imported', factors: 1, backupCodes: 10, warnings: [] });
    const code = phone.code(on.clock());
    expect(await outcomeOf(on.mfa.verify({ token: await on.token('ann'), code }))).toBe('accepted');
    expect(await answers(on, { code })).toBe('code_already_used');
    expect(await answers(on, { backupCode: CODES[3] ?? '' })).toBe('accepted');
    expect(await answers(on, { backupCode: CODES[3] ?? '' })).toBe('invalid_backup_code');
  });

  test('a second run changes nothing', async () => {
    const on = await imported(stage());
    const before = await on.store.record('ann');
    expect(await on.mfa.importUser(ANN)).toEqual({ outcome: 'unchanged', factors: 1, backupCodes: 10, warnings: [] });
    expect(await on.store.record('ann')).toEqual(before);
  });
});
