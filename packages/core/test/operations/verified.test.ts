import { describe, expect, test } from 'vitest';
import { createMfa } from '@mfakit/core';
import { virtualAuthenticator } from '@mfakit/testkit';
import { stage, type Stage } from '../harness.ts';

/** What each way of proving claims of itself, with a password as the first factor and without one. */
describe.each([
  ['a password', false, ['pwd'] as const],
  ['no password', true, [] as const],
])('R-55 amr after %s', (_name, passwordless, first) => {
  async function begun(): Promise<Stage> {
    const on = stage();
    return passwordless ? { ...on, mfa: createMfa({ ...on.options, verifyPassword: 'passwordless' }) } : on;
  }

  test('a sign-in with a code', async () => {
    const { mfa, enroll, token } = await begun();
    const ann = await enroll('ann');
    const { amr } = await mfa.verify({ token: await token('ann'), code: ann.code() });
    expect(amr).toEqual([...first, 'otp', 'mfa']);
  });

  test('a sign-in with a backup code claims no otp', async () => {
    const { mfa, enroll, token } = await begun();
    const ann = await enroll('ann');
    const verified = await mfa.verify({ token: await token('ann'), backupCode: ann.backupCodes[0] ?? '' });
    expect(verified.amr).toEqual([...first, 'mfa']);
    expect(verified.method).toBe('backup_code');
    expect('factorId' in verified).toBe(false);
  });

  test('a step-up claims only what it saw', async () => {
    const { mfa, enroll } = await begun();
    const ann = await enroll('ann');
    expect((await mfa.stepUp('ann', { code: ann.code() })).amr).toEqual(['otp']);
    expect((await mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' })).amr).toEqual([]);
  });

  test('a forced enrollment', async () => {
    const { mfa, clock, token } = await begun();
    await mfa.enforce('eve');
    const held = await token('eve');
    const { uri } = await mfa.setup({ token: held }, { accountName: 'eve' });
    const { amr } = await mfa.confirm({ token: held }, { code: virtualAuthenticator(uri).code(clock()) });
    expect(amr).toEqual([...first, 'otp', 'mfa']);
  });
});

test('R-56 authTime is the instant of the proof, by the clock of the library', async () => {
  const { mfa, clock, enroll, token } = stage();
  const ann = await enroll('ann');
  const held = await token('ann');
  clock.advance({ seconds: 29, milliseconds: 999 });
  expect((await mfa.verify({ token: held, code: ann.code() })).authTime).toEqual(new Date(clock()));
  clock.advance({ hours: 1 });
  expect((await mfa.stepUp('ann', { code: ann.code() })).authTime).toEqual(new Date(clock()));
});

test('R-57 a result names the user and the factor, so that the host can rotate the session', async () => {
  const { mfa, enroll, token } = stage();
  const ann = await enroll('ann');
  const verified = await mfa.verify({ token: await token('ann'), code: ann.code() });
  expect(Object.keys(verified).sort()).toEqual([
    'amr',
    'authTime',
    'backupCodesRemaining',
    'factorId',
    'method',
    'phishingResistant',
    'seq',
    'sessionEpoch',
    'userId',
  ]);
});

test('a confirmation by a signed-in user is fresh proof, and no sign-in', async () => {
  const { mfa, clock } = stage();
  const { uri, factorId } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
  const confirmed = await mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(uri).code(clock()) });
  expect(confirmed).toMatchObject({ userId: 'ann', method: 'totp', factorId, amr: ['otp'] });
  expect(confirmed.authTime).toEqual(new Date(clock()));
});
