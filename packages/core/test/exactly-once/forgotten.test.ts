import { EMPTY_RECORD, type MfaStore, type Swap } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD, virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { lossyStore } from './lossy-store.ts';
import { stage, type Stage } from '../harness.ts';

const ALMOST_A_DAY = { hours: 23, minutes: 59, seconds: 59 };

const nothing = (): void => undefined;

/** A store that holds back the first commit until it is let go. */
function holding(store: MfaStore): { readonly store: MfaStore; readonly held: Promise<void>; letGo(): void } {
  let letGo = nothing;
  let arrived = nothing;
  const held = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let first = true;
  return {
    held,
    letGo: () => letGo(),
    store: {
      ...store,
      async commit(swap: Swap) {
        if (first) {
          first = false;
          arrived();
          await gate;
        }
        return store.commit(swap);
      },
    },
  };
}

describe('forget leaves a tombstone', () => {
  test('that holds user id, epochs, seq, trail and an instant, and nothing else', async () => {
    const { mfa, store, clock, enroll } = stage();
    await enroll('ann');
    await mfa.enforce('ann');
    const before = await store.record('ann');
    await mfa.forget('ann');
    const { epoch, sessionEpoch, lastEventSeq, trail, forgottenAt, ...rest } = await store.record('ann');
    expect({ ...EMPTY_RECORD, ...rest }).toEqual(EMPTY_RECORD);
    expect(epoch).toBeGreaterThan(before.epoch);
    expect(sessionEpoch).toBeGreaterThan(before.sessionEpoch);
    expect(lastEventSeq).toBe(before.lastEventSeq + 1);
    expect(trail.length).toBeGreaterThan(0);
    expect(forgottenAt).toBe(clock());
  });

  test('and erases the events with the same commit', async () => {
    const { mfa, store, events, enroll } = stage();
    await enroll('ann');
    await enroll('bob');
    await mfa.forget('ann');
    expect(await store.events('ann', { limit: 10 })).toEqual([]);
    expect(await mfa.history('bob')).not.toEqual([]);
    expect(events.at(-1)).toMatchObject({ userId: 'ann', type: 'forgotten' });
  });

  test('and the tokens that were spent, as random ids alone: none voids a token of the next life', async () => {
    const on = stage();
    await on.mfa.enforce('ann');
    const begun = await on.mfa.begin('ann');
    if (begun.next !== 'enroll') throw new TypeError('The user is not forced to enroll.');
    const { uri } = await on.mfa.setup({ token: begun.token }, { accountName: 'ann' });
    await on.mfa.confirm({ token: begun.token }, { code: virtualAuthenticator(uri).code(on.clock()) });
    await on.mfa.forget('ann');
    const { spentChallenges, spentThrough } = await on.store.record('ann');
    expect(spentChallenges).toEqual([{ id: expect.any(String), expiresAt: begun.expiresAt.getTime() }]);
    expect(spentThrough).toBe(0);
    // The token that was spent would have lived longer than this one.
    const ann = await on.enroll('ann');
    on.clock.advance({ seconds: 30 });
    expect(await outcomeOf(on.mfa.verify({ token: await on.token('ann'), code: ann.code() }))).toBe('accepted');
  });

  test('of a user of whom nothing is stored, too: a first insert that is under way finds it', async () => {
    const { mfa, store } = stage();
    await mfa.forget('ann');
    expect((await store.record('ann')).forgottenAt).not.toBeNull();
  });

  test('events that follow go on above those that were erased', async () => {
    const { mfa, enroll } = stage();
    await enroll('ann');
    const last = (await mfa.history('ann'))[0]?.seq ?? 0;
    await mfa.forget('ann');
    await mfa.passwordFailed('ann');
    expect((await mfa.history('ann')).map(({ seq }) => seq)).toEqual([last + 2]);
  });

  test('sweeps and reports skip it; the first rekey after 24 hours removes it, and none before', async () => {
    const { mfa, store, clock, enroll } = stage();
    await enroll('ann');
    await enroll('bob');
    await mfa.forget('ann');
    const sweep = async (): Promise<unknown> => {
      let last: unknown;
      for await (const progress of mfa.rekey()) last = progress;
      return last;
    };
    expect(await sweep()).toEqual({ scanned: 1, rekeyed: 0, unreadable: 0, after: 'bob' });
    expect((await mfa.keyReport()).map(({ users }) => users)).toEqual([1]);
    clock.advance(ALMOST_A_DAY);
    await sweep();
    expect(await store.read('ann')).not.toBeNull();
    clock.advance({ seconds: 1 });
    await sweep();
    expect(await store.read('ann')).toBeNull();
    expect((await mfa.status('bob')).enabled).toBe(true);
  });

  test('a removal whose answer was lost is found to have landed, and the sweep goes on', async () => {
    const { mfa, another, store, clock, enroll } = stage();
    await enroll('bob');
    await mfa.forget('ann');
    clock.advance({ hours: 25 });
    const lossy = lossyStore(store);
    lossy.loseNext();
    let last: unknown;
    for await (const progress of another({ store: lossy }).rekey()) last = progress;
    expect(last).toMatchObject({ scanned: 1, after: 'bob' });
    expect(await store.read('ann')).toBeNull();
  });

  test('whatever is written to it begins a new life, which no sweep removes', async () => {
    const { mfa, store, clock, enroll } = stage();
    await mfa.forget('ann');
    await enroll('ann');
    expect((await store.record('ann')).forgottenAt).toBeNull();
    clock.advance({ hours: 48 });
    for await (const _ of mfa.rekey());
    expect((await mfa.status('ann')).enabled).toBe(true);
  });
});

describe('forgotten stays forgotten, and reset stays reset', () => {
  test('a late first insert does not land after forget', async () => {
    const { store, mfa, another } = stage();
    const slow = holding(store);
    const late = outcomeOf(another({ store: slow.store }).enforce('ann', { from: new Date(1) }));
    await slow.held;
    await mfa.forget('ann');
    slow.letGo();
    // The insert loses, and is decided anew: as a call that came after `forget`.
    expect(await late).toBe('accepted');
    expect((await mfa.history('ann')).map(({ type }) => type)).toEqual(['enforced']);
  });

  const meanwhile: readonly (readonly [string, (on: Stage) => Promise<unknown>])[] = [
    ['forget', ({ mfa }) => mfa.forget('ann')],
    ['reset', ({ mfa }) => mfa.reset('ann')],
    ['passwordChanged', ({ mfa }) => mfa.passwordChanged('ann')],
  ];

  test.each(meanwhile)('a setup that is under way during %s stages nothing', async (_name, change) => {
    const on = stage();
    const slow = holding(on.store);
    const setup = outcomeOf(
      on.another({ store: slow.store }).setup({ userId: 'ann' }, { accountName: 'user@example.com' }),
    );
    await slow.held;
    await change(on);
    slow.letGo();
    expect(await setup).toBe('contention');
    expect((await on.store.record('ann')).pending).toBeNull();
  });

  test.each(meanwhile)('a further setup whose password is checked during %s stages nothing', async (_name, change) => {
    const on = stage();
    const ann = await on.enroll('ann');
    let letGo = nothing;
    const asked = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let arrived = nothing;
    const checking = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const slow = on.another({
      verifyPassword: async (_userId, password) => {
        arrived();
        await asked;
        return password === TEST_PASSWORD;
      },
    });
    const setup = outcomeOf(slow.setup({ userId: 'ann' }, { accountName: 'ann', proof: ann.proof() }));
    await checking;
    await change(on);
    letGo();
    expect(['contention', 'not_enabled']).toContain(await setup);
    expect((await on.store.record('ann')).pending).toBeNull();
  });

  test('a confirm of a setup from before finds none', async () => {
    const { mfa, clock } = stage();
    const { uri } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
    await mfa.forget('ann');
    const code = virtualAuthenticator(uri).code(clock());
    expect(await outcomeOf(mfa.confirm({ userId: 'ann' }, { code }))).toBe('setup_not_started');
  });
});
