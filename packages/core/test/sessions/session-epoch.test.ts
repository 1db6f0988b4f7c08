import { callsTaking, MFA_CALLS, outcomeOf, readyForCalls, TEST_PASSWORD } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../harness.ts';

const ENDS: readonly (readonly [string, (on: Stage) => Promise<unknown>])[] = [
  ['reset', ({ mfa }) => mfa.reset('ann')],
  ['forget', ({ mfa }) => mfa.forget('ann')],
  ['passwordChanged', ({ mfa }) => mfa.passwordChanged('ann')],
];

describe('sessions have an epoch', () => {
  test.each(ENDS)('%s moves it: status tells the new one', async (_name, change) => {
    const on = stage();
    await on.enroll('ann');
    const { sessionEpoch } = await on.mfa.status('ann');
    await change(on);
    expect((await on.mfa.status('ann')).sessionEpoch).toBeGreaterThan(sessionEpoch);
  });

  test('twice in one instant, and with a clock that went back, too', async () => {
    const on = stage();
    await on.enroll('ann');
    const epochs: number[] = [];
    for (const seconds of [0, 0, -60]) {
      on.clock.set(on.clock() + seconds * 1000);
      await on.mfa.passwordChanged('ann');
      epochs.push((await on.mfa.status('ann')).sessionEpoch);
    }
    expect(epochs).toEqual([...new Set(epochs)].toSorted((a, b) => a - b));
  });

  test('disable and removeFactor move it, and give the acting session the new one', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const before = (await on.mfa.status('ann')).sessionEpoch;
    const removed = await on.mfa.removeFactor('ann', ann.factorId, ann.proof());
    expect(removed.sessionEpoch).toBeGreaterThan(before);
    expect(removed).toEqual(pick(await on.mfa.status('ann')));

    const bob = await on.enroll('bob');
    const disabled = await on.mfa.disable('bob', bob.proof());
    expect(disabled).toEqual(pick(await on.mfa.status('bob')));
  });

  test('a sign-in, a step-up, setup, regenerate, enforce, exempt and unlock leave it', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const { sessionEpoch } = await on.mfa.status('ann');
    expect((await on.mfa.verify({ token: await on.token('ann'), code: ann.code() })).sessionEpoch).toBe(sessionEpoch);
    on.clock.advance({ seconds: 30 });
    expect((await on.mfa.regenerate('ann', ann.proof())).sessionEpoch).toBe(sessionEpoch);
    await on.mfa.enforce('ann');
    await on.mfa.exempt('ann');
    await on.mfa.unlock('ann');
    expect((await on.mfa.status('ann')).sessionEpoch).toBe(sessionEpoch);
  });

  test.each(callsTaking('request').filter((name) => name !== 'passwordFailed'))(
    '%s of an older session is refused, and changes nothing',
    async (name) => {
      const on = stage();
      const { input } = await readyForCalls(on, 'ann');
      const { sessionEpoch } = await on.mfa.status('ann');
      await on.store.edit('ann', (record) => ({ ...record, sessionEpoch: sessionEpoch + 1 }));
      const before = await on.store.dump('ann');
      const call = MFA_CALLS[name].run(on.mfa, { ...input, request: { sessionEpoch } });
      expect(await outcomeOf(call)).toBe('session_revoked');
      expect(await on.store.dump('ann')).toBe(before);
    },
  );

  test('the refusal is decided in the same swap: a call whose slow check was under way during a reset is refused', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const { sessionEpoch } = await on.mfa.status('ann');
    const slow = on.another({
      verifyPassword: async (_userId, password) => {
        await on.mfa.passwordChanged('ann');
        return password === TEST_PASSWORD;
      },
    });
    expect(await outcomeOf(slow.disable('ann', ann.proof(), { sessionEpoch }))).toBe('session_revoked');
    expect((await on.mfa.status('ann')).enabled).toBe(true);
  });

  test('an epoch from before forget is none of the next life, also after the tombstone is gone', async () => {
    const on = stage();
    await on.enroll('ann');
    await on.mfa.reset('ann');
    const { sessionEpoch } = await on.mfa.status('ann');
    await on.mfa.forget('ann');
    on.clock.advance({ hours: 24 });
    for await (const _ of on.mfa.rekey());
    const late = on.mfa.setup({ userId: 'ann' }, { accountName: 'ann' }, { sessionEpoch });
    expect(await outcomeOf(late)).toBe('session_revoked');
  });
});

test('regenerate tells the epoch and the seq of its own commit, as every call does that changes factors', async () => {
  const on = stage();
  const ann = await on.enroll('ann');
  const { backupCodes, ...sessions } = await on.mfa.regenerate('ann', ann.proof());
  expect(backupCodes).toHaveLength(10);
  expect(sessions).toEqual(pick(await on.mfa.status('ann')));
});

describe('passwordChanged', () => {
  test('voids open tokens', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const token = await on.token('ann');
    await on.mfa.passwordChanged('ann');
    expect(await outcomeOf(on.mfa.verify({ token, code: ann.code() }))).toBe('invalid_token');
  });

  test('forgets wrong passwords, and a lock that they alone made', async () => {
    const on = stage();
    await on.enroll('ann');
    for (let failure = 0; failure < 10; failure++) await on.mfa.passwordFailed('ann');
    expect(await outcomeOf(on.mfa.begin('ann'))).toBe('locked');
    await on.mfa.passwordChanged('ann');
    expect(await outcomeOf(on.mfa.begin('ann'))).toBe('accepted');
    expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 0, passwordFailures: 0 });
  });

  test('keeps failures with a code, and a lock that they had a part in', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    await outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() }));
    for (let failure = 0; failure < 9; failure++) await on.mfa.passwordFailed('ann');
    await on.mfa.passwordChanged('ann');
    expect(await outcomeOf(on.mfa.begin('ann'))).toBe('locked');
    expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 1, passwordFailures: 0 });
  });

  test('is an event, with the actor', async () => {
    const on = stage();
    await on.mfa.passwordChanged('ann', { actor: 'carol' });
    expect(on.events.at(-1)).toMatchObject({ type: 'password_changed', actor: 'carol' });
  });
});

function pick({ sessionEpoch, seq }: { readonly sessionEpoch: number; readonly seq: number }): object {
  return { sessionEpoch, seq };
}
