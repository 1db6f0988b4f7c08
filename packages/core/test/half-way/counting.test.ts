/** What an attempt is counted as does not change while it is stopped half-way. */
import { outcomeOf, quickHasher } from '@mfakit/testkit';
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
