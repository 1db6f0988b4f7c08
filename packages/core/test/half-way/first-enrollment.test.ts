/** A first enrollment that is stopped while its backup codes are hashed asks again what it asked before. */
import type { Mfa, MfaErrorCode, SetupSubject } from '@mfakit/core';
import { outcomeOf, quickHasher, virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { lock, stage, type Stage } from '../harness.ts';
import { held } from './held.ts';

const DETAILS = { accountName: 'ann@example.com' };

/** Setup and confirmation in one; how it ended. */
async function enroll(on: Stage, mfa: Mfa, subject: SetupSubject): Promise<'accepted' | MfaErrorCode> {
  return outcomeOf(
    (async () => {
      const { uri } = await mfa.setup(subject, DETAILS);
      const input = { code: virtualAuthenticator(uri).code(on.clock()) };
      await (subject.token === undefined ? mfa.confirm(subject, input) : mfa.confirm(subject, input));
    })(),
  );
}

/** Begins an enrollment, and stops it where the first code is hashed. */
async function halfEnrolled(on: Stage, subject: SetupSubject): Promise<() => Promise<'accepted' | MfaErrorCode>> {
  const hand = held();
  const running = enroll(on, on.another({ hasher: hand.port(quickHasher) }), subject);
  await Promise.race([hand.begun, running]);
  return async () => {
    hand.letGo();
    return running;
  };
}

/** Lets the enrollment go on, and expects it to be refused without a trace. */
async function expectTraceless(on: Stage, goOn: () => Promise<string>): Promise<string> {
  const [stored, told] = [await on.store.dump('ann'), on.events.length];
  const outcome = await goOn();
  expect(await on.store.dump('ann')).toBe(stored);
  expect(on.events.slice(told)).toEqual([]);
  return outcome;
}

describe('by a session', () => {
  test('meanwhile enrolled elsewhere: the factor that is active stays, with its codes', async () => {
    const on = stage();
    const goOn = await halfEnrolled(on, { userId: 'ann' });
    const ann = await on.enroll('ann');
    expect(await expectTraceless(on, goOn)).toBe('already_enabled');
    expect((await on.mfa.status('ann')).factors).toMatchObject([{ id: ann.factorId }]);
    expect(await outcomeOf(on.mfa.stepUp('ann', { code: ann.code() }))).toBe('accepted');
    expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe('accepted');
  });

  test.each(['reset', 'forget'] as const)('meanwhile %s: nothing is enrolled', async (call) => {
    const on = stage();
    await on.mfa.enforce('ann', { from: new Date(on.clock() + 1e9) });
    const goOn = await halfEnrolled(on, { userId: 'ann' });
    await on.mfa[call]('ann');
    expect(await expectTraceless(on, goOn)).not.toBe('accepted');
    expect(await on.mfa.status('ann')).toMatchObject({ enabled: false, backupCodesRemaining: 0 });
  });
});

describe('by an enroll token', () => {
  const cases: readonly (readonly [meanwhile: string, expected: string, change: (on: Stage) => Promise<unknown>])[] = [
    ['enrolled by a session', 'already_enabled', (on) => on.enroll('ann')],
    ['exempted', 'enforcement_not_pending', (on) => on.mfa.exempt('ann')],
    ['locked', 'locked', (on) => lock(on, 'ann')],
    ['reset', 'invalid_token', (on) => on.mfa.reset('ann')],
    ['forgotten', 'invalid_token', (on) => on.mfa.forget('ann')],
    ['given a new password', 'invalid_token', (on) => on.mfa.passwordChanged('ann')],
  ];
  test.each(cases)('meanwhile %s: %s', async (_meanwhile, expected, change) => {
    const on = stage();
    await on.mfa.enforce('ann');
    const goOn = await halfEnrolled(on, { token: await on.token('ann') });
    await change(on);
    expect(await expectTraceless(on, goOn)).toBe(expected);
  });

  test('enrolls nobody who has a factor, whatever proof is beside it', async () => {
    const on = stage();
    await on.mfa.enforce('ann');
    const token = await on.token('ann');
    const ann = await on.enroll('ann');
    const [stored, checked] = [await on.store.dump('ann'), on.passwordChecks()];
    const setup = on.mfa.setup({ token }, { ...DETAILS, proof: ann.proof() });
    expect(await outcomeOf(setup)).toBe('already_enabled');
    expect(await on.store.dump('ann')).toBe(stored);
    expect(on.passwordChecks()).toBe(checked);
  });
});
