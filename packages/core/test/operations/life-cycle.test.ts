import { expect, test } from 'vitest';
import { outcomeOf, testApplication } from '@mfakit/testkit';

test('a user enrolls, signs in, adds and removes a factor, and disables', async () => {
  const { mfa, clock, enroll, token } = testApplication();
  expect(await mfa.begin('ann')).toEqual({ next: 'signed-in', sessionEpoch: 0, seq: 0 });
  const ann = await enroll('ann');

  const verified = await mfa.verify({ token: await token('ann'), code: ann.code() });
  expect(verified).toEqual({
    userId: 'ann',
    method: 'totp',
    factorId: ann.factorId,
    amr: ['pwd', 'otp', 'mfa'],
    phishingResistant: false,
    authTime: new Date(clock()),
    backupCodesRemaining: 10,
    sessionEpoch: 0,
    seq: 3,
  });
  expect(await outcomeOf(mfa.stepUp('ann', { code: ann.code() }))).toBe('code_already_used');
  await mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });

  clock.advance({ seconds: 30 });
  const sessions = await mfa.disable('ann', ann.proof());
  expect(await mfa.begin('ann')).toEqual({ next: 'signed-in', ...sessions });
});
