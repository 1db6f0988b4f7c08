import type { MfaStore } from '@mfakit/core';
import { MFA_CALLS, outcomeOf, readyForCalls } from '@mfakit/testkit';
import { describe, expect, test, vi } from 'vitest';
import { held } from '../half-way/held.ts';
import { stage, type Stage } from '../harness.ts';

const BURST = 200;

/** A database at the other end of a network: every call takes a moment. */
function slowly(store: MfaStore, delayMs: number): MfaStore {
  const later = async <T>(call: () => Promise<T>): Promise<T> => {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    return call();
  };
  return {
    read: (userId) => later(() => store.read(userId)),
    commit: (swap) => later(() => store.commit(swap)),
    events: (userId, page) => later(() => store.events(userId, page)),
    scan: (page) => later(() => store.scan(page)),
  };
}

function slowStage(delayMs: number, on: Stage = stage()): Stage {
  return { ...on, mfa: on.another({ store: slowly(on.store, delayMs) }) };
}

const count = (outcomes: readonly string[], outcome: string): number =>
  outcomes.filter((each) => each === outcome).length;

describe('the turns of one user', () => {
  test('about 32 calls wait, the rest are busy, and what is busy was not checked', async () => {
    const on = slowStage(5);
    const ann = await on.enroll('ann');
    const guesses = Array.from({ length: BURST }, () => outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() })));
    const outcomes = await Promise.all(guesses);
    expect(count(outcomes, 'invalid_code')).toBe(10);
    expect(count(outcomes, 'locked')).toBe(33 - 10);
    expect(count(outcomes, 'busy')).toBe(BURST - 33);
    expect((await on.store.record('ann')).lockout.failures).toBe(10);
  });

  test('a locked account is refused by a plain read, even if too many wait', async () => {
    const on = slowStage(5);
    const ann = await on.enroll('ann');
    for (let failure = 0; failure < 10; failure++) await on.mfa.passwordFailed('ann');
    await outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() }));
    const outcomes = await Promise.all(
      Array.from({ length: BURST }, () => outcomeOf(on.mfa.verify({ token: '', code: ann.code() }))),
    );
    expect(new Set(outcomes)).toEqual(new Set(['invalid_token']));
    const guesses = Array.from({ length: BURST }, () => outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() })));
    expect(new Set(await Promise.all(guesses))).toEqual(new Set(['locked']));
  });

  test.each([
    ['verify', 'locked'],
    ['stepUp', 'busy'],
    ['setup', 'busy'],
    ['disable', 'busy'],
    ['removeFactor', 'busy'],
    ['regenerate', 'busy'],
  ] as const)('if wrong passwords alone made the lock, %s of a living session is told %s', async (call, expected) => {
    const on = stage();
    const { user, input } = await readyForCalls(on, 'ann');
    await on.mfa.unlock('ann');
    const begun = { ...input, token: await on.token('ann') };
    for (let failure = 0; failure < 10; failure++) await on.mfa.passwordFailed('ann');
    const hand = held();
    let reads = 0;
    // The first call holds the lane; the reads that explain a refusal are answered.
    const read: MfaStore['read'] = async (userId) => {
      reads += 1;
      if (reads === 1) await hand.free;
      return on.store.read(userId);
    };
    const mfa = on.another({ store: { ...on.store, read } });
    const waiting = Array.from({ length: 33 }, () => outcomeOf(mfa.stepUp('ann', { code: user.code() })));
    await vi.waitUntil(() => reads === 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await outcomeOf(MFA_CALLS[call].run(mfa, begun))).toBe(expected);
    hand.letGo();
    await Promise.all(waiting);
  });

  test("support's calls have places of their own: they answer during a flood", async () => {
    const on = slowStage(20);
    const ann = await on.enroll('ann');
    let answered = 0;
    const flood = Array.from({ length: BURST }, async () => {
      await outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() }));
      answered += 1;
    });
    expect(await outcomeOf(on.mfa.unlock('ann'))).toBe('accepted');
    expect(await outcomeOf(on.mfa.reset('ann'))).toBe('accepted');
    expect(answered).toBeLessThan(BURST);
    await Promise.all(flood);
  });

  test('calls of other users do not wait', async () => {
    const on = slowStage(5);
    const ann = await on.enroll('ann');
    const bob = await on.enroll('bob');
    const flood = Array.from({ length: BURST }, () => outcomeOf(on.mfa.stepUp('ann', { code: ann.wrongCode() })));
    expect(await outcomeOf(on.mfa.stepUp('bob', { code: bob.code() }))).toBe('accepted');
    await Promise.all(flood);
  });
});

describe('wrong passwords that wait', () => {
  test('are counted together in one swap, none is refused as busy, and each has its own event and address', async () => {
    const on = slowStage(5, stage({ lockout: { maxFailures: 100, hardLimit: 100 } }));
    await on.mfa.passwordFailed('ann');
    const before = on.store.commits();
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, i) => outcomeOf(on.mfa.passwordFailed('ann', { ip: `192.0.2.${i}` }))),
    );
    expect(new Set(outcomes)).toEqual(new Set(['accepted']));
    expect((await on.store.record('ann')).lockout).toMatchObject({ failures: 61, passwordFailures: 61 });
    expect(on.store.commits() - before).toBeLessThanOrEqual(2);
    const addresses = (await on.mfa.history('ann', { limit: 60 })).map(({ ip }) => ip);
    expect(new Set(addresses).size).toBe(60);
  });

  test('the tenth locks, and those behind it are told so, with the time', async () => {
    const on = slowStage(5);
    const refused = await Promise.all(
      Array.from({ length: 300 }, () =>
        on.mfa.passwordFailed('ann').then(
          () => null,
          (error: { readonly code: string; readonly retryAt: Date | null }) => error,
        ),
      ),
    );
    expect(refused.filter((error) => error === null)).toHaveLength(10);
    const errors = refused.filter((error) => error !== null);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['locked']));
    expect(errors.every(({ retryAt }) => retryAt?.getTime() === on.clock() + 1_800_000)).toBe(true);
    expect((await on.store.record('ann')).lockout.failures).toBe(10);
  });

  test('a batch that fails refuses all of it, and the next one starts anew', async () => {
    const on = stage();
    on.store.fail('read', new Error('down'));
    const failing = await Promise.all(Array.from({ length: 5 }, () => outcomeOf(on.mfa.passwordFailed('ann'))));
    expect(new Set(failing)).toEqual(new Set(['store_unavailable']));
    on.store.fail('read', null);
    expect(await outcomeOf(on.mfa.passwordFailed('ann'))).toBe('accepted');
    expect((await on.store.record('ann')).lockout.failures).toBe(1);
  });
});
