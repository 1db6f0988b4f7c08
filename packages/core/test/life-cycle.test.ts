import { expect, test } from 'vitest';
import { harness, PASSWORD, refusal } from './harness.ts';

test('a user enrols, signs in, adds and removes a factor, and disables', async () => {
  const { mfa, clock, enrol, token } = harness();
  expect(await mfa.begin('ann')).toEqual({ next: 'signed-in' });
  const ann = await enrol('ann');

  const verified = await mfa.verify({ token: await token('ann'), code: ann.code() });
  expect(verified).toEqual({
    userId: 'ann',
    method: 'totp',
    factorId: ann.factorId,
    amr: ['pwd', 'otp', 'mfa'],
    authTime: new Date(clock()),
    backupCodesRemaining: 10,
  });
  expect(await refusal(mfa.stepUp('ann', { code: ann.code() }))).toBe('code_already_used');
  await mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });

  clock.advance({ seconds: 30 });
  await mfa.disable('ann', { password: PASSWORD, code: ann.code() });
  expect(await mfa.begin('ann')).toEqual({ next: 'signed-in' });
});
