import { EMPTY_RECORD } from '@mfakit/core';
import { describe, expect, test } from 'vitest';
import { callsTaking, MFA_CALLS, outcomeOf, TEST_PASSWORD } from '@mfakit/testkit';
import { lock, stage } from '../harness.ts';

describe('reset, by support', () => {
  test('takes factors, codes and a waiting setup, and is told', async () => {
    const { mfa, events, enroll } = stage();
    await enroll('ann');
    await mfa.reset('ann', { ip: '192.0.2.9' });
    expect(await mfa.status('ann')).toMatchObject({ enabled: false, factors: [], backupCodesRemaining: 0 });
    expect(events.at(-1)).toMatchObject({ type: 'reset', ip: '192.0.2.9' });
    await mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
    await mfa.reset('ann');
    expect(await outcomeOf(mfa.confirm({ userId: 'ann' }, { code: '123456' }))).toBe('setup_not_started');
  });

  test('R-34 lifts no lock', async () => {
    const on = stage();
    await on.enroll('ann');
    await lock(on, 'ann');
    await on.mfa.reset('ann');
    expect((await on.mfa.status('ann')).locked).toBe(true);
    expect((await on.store.record('ann')).lockout.failures).toBe(10);
  });

  test('R-52 voids the token of somebody who was about to enroll', async () => {
    const { mfa, token } = stage();
    await mfa.enforce('ann');
    const held = await token('ann');
    await mfa.reset('ann');
    expect(await outcomeOf(mfa.setup({ token: held }, { accountName: 'ann' }))).toBe('invalid_token');
    expect(await outcomeOf(mfa.setup({ token: await token('ann') }, { accountName: 'ann' }))).toBe('accepted');
  });
});

describe('forget', () => {
  test('erases the user, events included, and leaves the others', async () => {
    const { mfa, events, enroll, store, clock } = stage();
    await enroll('ann');
    const bob = await enroll('bob');
    await mfa.forget('ann');
    expect(events.at(-1)).toMatchObject({ type: 'forgotten', userId: 'ann' });
    expect(await mfa.history('ann')).toEqual([]);
    const { epoch, sessionEpoch, trail, lastEventSeq, ...rest } = await store.record('ann');
    const { epoch: _epoch, sessionEpoch: _sessionEpoch, trail: _trail, lastEventSeq: _seq, ...nothing } = EMPTY_RECORD;
    expect(rest).toEqual({ ...nothing, forgottenAt: clock() });
    expect([epoch, sessionEpoch, lastEventSeq]).toEqual([clock(), clock(), 3]);
    expect(trail).toHaveLength(2);
    expect(await mfa.status('ann')).toEqual({
      sessionEpoch,
      seq: 3,
      devices: [],
      enabled: false,
      factors: [],
      backupCodesRemaining: 0,
      locked: false,
      lockedUntil: null,
      passwordNeeded: true,
      triesLeft: null,
      enforcement: null,
    });
    expect((await mfa.stepUp('bob', { code: bob.code() })).userId).toBe('bob');
  });

  test('of a user who is forgotten already is no change; of one who is unknown it leaves a tombstone', async () => {
    const { mfa, events, store } = stage();
    await mfa.forget('ann');
    await mfa.enforce('ann');
    await mfa.forget('ann');
    await mfa.forget('ann');
    expect(events.filter(({ type }) => type === 'forgotten')).toHaveLength(2);
    expect(store.commits()).toBe(3);
  });

  test('R-27 voids an enroll token, too, of whoever has to enroll under the id next', async () => {
    const { mfa, clock, token } = stage();
    await mfa.enforce('ann');
    const held = await token('ann');
    clock.advance({ milliseconds: 1 });
    await mfa.forget('ann');
    await mfa.enforce('ann');
    expect(await outcomeOf(mfa.setup({ token: held }, { accountName: 'ann' }))).toBe('invalid_token');
    expect(await outcomeOf(mfa.setup({ token: await token('ann') }, { accountName: 'ann' }))).toBe('accepted');
  });

  test('R-27 voids a challenge for good: it is void for whoever has the id next', async () => {
    const { mfa, clock, enroll, token } = stage();
    await enroll('ann');
    const held = await token('ann');
    await mfa.forget('ann');
    await mfa.enforce('ann');
    const next = await enroll('ann');
    expect(await outcomeOf(mfa.verify({ token: held, code: next.code() }))).toBe('invalid_token');
    clock.advance({ seconds: 30 });
    expect((await mfa.verify({ token: await token('ann'), code: next.code() })).userId).toBe('ann');
  });
});

describe('unlock', () => {
  test('lifts the lock and the count, once', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    await lock(on, 'ann');
    await on.mfa.unlock('ann');
    await on.mfa.unlock('ann');
    expect(on.events.filter(({ type }) => type === 'account_unlocked')).toHaveLength(1);
    expect(await outcomeOf(on.mfa.assertNotLocked('ann'))).toBe('accepted');
    expect((await on.mfa.stepUp('ann', { code: ann.code() })).userId).toBe('ann');
    await on.mfa.unlock('nobody');
    expect(await on.store.read('nobody')).toBeNull();
  });
});

test('R-66 an unknown user and a user without MFA are the same to every call', async () => {
  const { mfa, enroll } = stage();
  const ann = await enroll('ann');
  await mfa.disable('ann', ann.proof());
  // The one has a history, and every setup shows new secrets.
  const names = callsTaking('userId').filter((name) => name !== 'history' && name !== 'setup');
  for (const name of names) {
    for (const secondFactor of [{ code: '123456' }, { backupCode: 'ZZZZ-ZZZZ' }]) {
      const proof = { password: TEST_PASSWORD, ...secondFactor };
      const input = { token: '', secondFactor, proof, setupCode: '123456', factorId: 'factor' };
      const [known, unknown] = await Promise.all(
        ['ann', 'nobody'].map((userId) =>
          MFA_CALLS[name]
            .run(mfa, { ...input, userId })
            .then(withoutCounters)
            .catch((error: unknown) => JSON.stringify([error, String(error)])),
        ),
      );
      expect([name, known]).toEqual([name, unknown]);
    }
  }
});

/** A result without the two counters that only a history moves. That they are there is compared. */
function withoutCounters(result: unknown): unknown {
  const counters = /"(sessionEpoch|seq)":\d+/g;
  return result === undefined ? undefined : JSON.parse(JSON.stringify(result).replaceAll(counters, '"$1":0'));
}

test('asking writes nothing', async () => {
  const { mfa, enroll, store, events } = stage();
  await enroll('ann');
  const before = [store.commits(), events.length];
  for (const userId of ['ann', 'nobody']) {
    await mfa.status(userId);
    await mfa.begin(userId);
    await mfa.assertNotLocked(userId);
    await mfa.history(userId);
  }
  await mfa.keyReport();
  expect([store.commits(), events.length]).toEqual(before);
  expect(await store.read('nobody')).toBeNull();
});
