import { MfaError, type MfaEvent } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { describe, expect, test } from 'vitest';
import { outcomeOf } from './outcome.ts';
import { quickHasher } from './quick-hasher.ts';
import { TEST_PASSWORD, testApplication } from './test-application.ts';
import { testClock } from './test-clock.ts';

test('a user who has enrolled holds what signs them in', async () => {
  const { mfa, enroll, token } = testApplication();
  const ann = await enroll('ann');
  expect(ann).toMatchObject({ userId: 'ann', secret: expect.stringMatching(/^[A-Z2-7]{32}$/) });
  const verified = await mfa.verify({ token: await token('ann'), code: ann.code() });
  expect(verified).toMatchObject({ userId: 'ann', factorId: ann.factorId, backupCodesRemaining: 10 });
  expect(await outcomeOf(mfa.stepUp('ann', { code: ann.wrongCode() }))).toBe('invalid_code');
  expect(await outcomeOf(mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe('accepted');
});

test('enrolling moves the clock by one time step, however long that is', async () => {
  const { mfa, clock, enroll } = testApplication({ totp: { periodSeconds: 90 }, clock: testClock(1_795_305_600_000) });
  const ann = await enroll('ann');
  expect(clock()).toBe(1_795_305_690_000);
  expect(await outcomeOf(mfa.stepUp('ann', { code: ann.code() }))).toBe('accepted');
});

test('a user without a factor has no token', async () => {
  await expect(testApplication().token('ann')).rejects.toThrow('asks for nothing more');
});

describe('a proof', () => {
  test('has the password and the current code', async () => {
    const { mfa, enroll } = testApplication();
    const ann = await enroll('ann');
    expect(ann.proof()).toEqual({ password: TEST_PASSWORD, code: ann.code() });
    expect(await outcomeOf(mfa.disable('ann', { ...ann.proof(), password: 'wrong' }))).toBe('invalid_password');
    expect(await outcomeOf(mfa.disable('ann', ann.proof()))).toBe('accepted');
  });

  test('has no password if the application has none', async () => {
    const { mfa, enroll } = testApplication({ verifyPassword: 'passwordless' });
    const ann = await enroll('ann');
    expect(ann.proof()).toEqual({ code: ann.code() });
    expect(await outcomeOf(mfa.disable('ann', ann.proof()))).toBe('accepted');
  });
});

test('another process shares store, keys, clock, events and counters', async () => {
  const application = testApplication();
  const ann = await application.enroll('ann');
  const other = application.another();
  await other.stepUp('ann', { code: ann.code() });
  expect(await outcomeOf(application.mfa.stepUp('ann', { code: ann.code() }))).toBe('code_already_used');
  await outcomeOf(other.disable('ann', { password: 'wrong', backupCode: ann.backupCodes[0] ?? '' }));
  await outcomeOf(other.stepUp('ann', { backupCode: 'ZZZZ-ZZZZ' }));
  expect([application.hashes(), application.passwordChecks()]).toEqual([11, 1]);
  const stored = await application.mfa.history('ann');
  expect(application.events).toEqual(stored.toReversed());
});

test('ports of its own are watched too, in every process', async () => {
  const told: MfaEvent[] = [];
  const application = testApplication({
    store: memoryStore(),
    hasher: async (job) => quickHasher(job),
    verifyPassword: async () => true,
    onEvent: (event) => void told.push(event),
  });
  const ann = await application.enroll('ann');
  const [first = '', second = ''] = ann.backupCodes;
  const deaf = application.another({ hasher: () => Promise.reject(new Error('out of order')) });
  expect(await outcomeOf(deaf.stepUp('ann', { backupCode: first }))).toBe('busy');
  expect(await outcomeOf(application.mfa.regenerate('ann', { password: 'any', backupCode: second }))).toBe('accepted');
  expect([application.hashes(), application.passwordChecks()]).toEqual([10 + 1 + 1 + 10, 1]);
  expect(told).toEqual(application.events);
  expect(told.map(({ type }) => type)).toContain('backup_codes_regenerated');
});

test('an outcome is one word, and a defect is no outcome', async () => {
  expect(await outcomeOf(Promise.resolve(7))).toBe('accepted');
  expect(await outcomeOf(Promise.reject(new MfaError('busy')))).toBe('busy');
  const defect = new TypeError('x is not a function');
  await expect(outcomeOf(Promise.reject(defect))).rejects.toBe(defect);
});
