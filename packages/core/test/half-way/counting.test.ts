/** What an attempt is counted as does not change while it is stopped half-way. */
import {
  callsTaking,
  MFA_CALLS,
  outcomeOf,
  quickHasher,
  readyForCalls,
  TEST_PASSWORD,
  type CallName,
} from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';
import { held } from './held.ts';

/** Begins to step up by a backup code, and stops in the hasher. */
async function stoppedStepUp(on: Stage, backupCode: string): Promise<() => Promise<string>> {
  const hand = held();
  const running = outcomeOf(on.another({ hasher: hand.port(quickHasher) }).stepUp('ann', { backupCode }));
  await Promise.race([hand.begun, running]);
  return async () => {
    hand.letGo();
    return running;
  };
}

/** How many failures a step-up leaves: it clears those with a code, and keeps the wrong passwords. */
async function wrongPasswords({ mfa, clock, events }: Stage, code: () => string): Promise<number | undefined> {
  clock.advance({ seconds: 30 });
  await mfa.stepUp('ann', { code: code() });
  const event = events.at(-1);
  return event?.type === 'verified' ? event.failures : undefined;
}

describe('charged before `forget`', () => {
  test('a right code of the earlier life is wrong in the new one, and counted there', async () => {
    const on = stage();
    const before = await on.enroll('ann');
    const goOn = await stoppedStepUp(on, before.backupCodes[0] ?? '');
    await on.mfa.forget('ann');
    await on.enroll('ann');
    expect(await goOn()).toBe('invalid_backup_code');
    expect(on.events.at(-1)).toMatchObject({ type: 'attempt_refused', operation: 'stepUp', failures: 1 });
    expect(await on.mfa.status('ann')).toMatchObject({ backupCodesRemaining: 10 });
  });

  test('it does not pass a lock of the new one', async () => {
    const on = stage();
    const before = await on.enroll('ann');
    const goOn = await stoppedStepUp(on, before.backupCodes[0] ?? '');
    await on.mfa.forget('ann');
    const after = await on.enroll('ann');
    for (let n = 0; n < 10; n++) await outcomeOf(on.mfa.stepUp('ann', { code: after.wrongCode() }));
    const stored = await on.store.dump('ann');
    expect(await goOn()).toBe('locked');
    expect(await on.store.dump('ann')).toBe(stored);
  });
});

describe('a wrong password is a wrong password', () => {
  test.each([
    ['in one go', false],
    ['when `unlock` has wiped its charge', true],
  ])('%s', async (_how, unlocked) => {
    const on = stage();
    const ann = await on.enroll('ann');
    const hand = held();
    const proof = { password: 'wrong', code: ann.code() };
    const running = outcomeOf(on.another({ verifyPassword: hand.port(async () => false) }).disable('ann', proof));
    await hand.begun;
    if (unlocked) await on.mfa.unlock('ann');
    hand.letGo();
    expect(await running).toBe('invalid_password');
    expect(await wrongPasswords(on, ann.code)).toBe(1);
  });

  test('beside a right backup code too', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const proof = { password: 'wrong', backupCode: ann.backupCodes[0] ?? '' };
    expect(await outcomeOf(on.mfa.disable('ann', proof))).toBe('invalid_password');
    expect(await wrongPasswords(on, ann.code)).toBe(1);
    expect((await on.mfa.status('ann')).backupCodesRemaining).toBe(10);
  });
});

describe('a wrong code is none', () => {
  test.each([
    ['in one go', false],
    ['when `unlock` has wiped its charge', true],
  ])('%s', async (_how, unlocked) => {
    const on = stage();
    const ann = await on.enroll('ann');
    const goOn = await stoppedStepUp(on, 'ZZZZ-ZZZZ-ZZZZ-ZZZZ');
    if (unlocked) await on.mfa.unlock('ann');
    expect(await goOn()).toBe('invalid_backup_code');
    expect(await wrongPasswords(on, ann.code)).toBe(0);
  });
});

describe('a new password while an attempt is under way', () => {
  test('a wrong backup code that was charged before is counted once', async () => {
    const on = stage();
    await on.enroll('ann');
    await on.mfa.passwordFailed('ann');
    const goOn = await stoppedStepUp(on, 'ZZZZ-ZZZZ-ZZZZ-ZZZZ');
    await on.mfa.passwordChanged('ann');
    expect(await goOn()).toBe('invalid_backup_code');
    expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 1, passwordFailures: 0 });
    expect(on.events.at(-1)).toMatchObject({ type: 'attempt_refused', failures: 1 });
  });

  test('a wrong password is counted again: the new password has wiped its charge', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    await outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() }));
    const hand = held();
    const proof = { password: 'wrong', code: ann.code() };
    const running = outcomeOf(on.another({ verifyPassword: hand.port(async () => false) }).disable('ann', proof));
    await hand.begun;
    await on.mfa.passwordChanged('ann');
    expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 1, passwordFailures: 0 });
    hand.letGo();
    expect(await running).toBe('invalid_password');
    expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 2, passwordFailures: 1 });
  });
});

test('a success of the second factor alone leaves a wrong password charged: it is counted once', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  await outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() }));
  const hand = held();
  const proof = { password: 'wrong', code: ann.code() };
  const running = outcomeOf(on.another({ verifyPassword: hand.port(async () => false) }).disable('ann', proof));
  await hand.begun;
  await on.mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });
  hand.letGo();
  expect(await running).toBe('invalid_password');
  expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 1, passwordFailures: 1 });
});

describe('the slow bucket fills while the password is checked', () => {
  const PROVEN = callsTaking('proof');
  const lockout = { slowLimit: 3 };

  /** Begins a call with a right code and the right password, stops it there, and fills the bucket. */
  async function fills(name: CallName, between: (on: Stage) => Promise<unknown> = async () => undefined) {
    const on = stage({ lockout });
    const { user, input } = await readyForCalls(on, 'ann');
    await on.mfa.unlock('ann');
    const hand = held();
    const mfa = on.another({ verifyPassword: hand.port(async (_user, password) => password === TEST_PASSWORD) });
    const running = outcomeOf(MFA_CALLS[name].run(mfa, { ...input, proof: user.proof() }));
    await hand.begun;
    for (let n = 0; n < 3; n++) await outcomeOf(on.mfa.stepUp('ann', { code: user.wrongCode() }));
    expect(await outcomeOf(on.mfa.stepUp('ann', { code: user.wrongCode() }))).toBe('two_codes_required');
    await between(on);
    const stored = (await on.store.record('ann')).lockout;
    hand.letGo();
    return { on, outcome: await running, stored };
  }

  test.each(PROVEN)('%s is accepted: its code was judged in the swap that charged it', async (name) => {
    const { on, outcome } = await fills(name);
    expect(outcome).toBe('accepted');
    expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 0, passwordFailures: 0 });
  });

  test.each(['disable', 'removeFactor', 'regenerate'] as const)(
    '%s is asked for two codes if its charge is gone, and none is left behind',
    async (name) => {
      const { on, outcome, stored } = await fills(name, async ({ mfa }) => mfa.passwordChanged('ann'));
      expect(outcome).toBe('two_codes_required');
      expect(stored).toMatchObject({ failures: 3, passwordFailures: 0 });
      expect((await on.store.record('ann')).lockout).toEqual(stored);
    },
  );
});
