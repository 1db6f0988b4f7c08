/** What a process remembers of a user whom other processes have changed meanwhile: every answer is one of now. */
import { memoryStore } from '@mfakit/memory';
import type { Mfa, MfaRecord, MfaStore, Swap } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD, testApplication, type EnrolledUser, type TestApplication } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { statementLog, type StatementLog } from './statement-log.ts';

interface Scene {
  readonly store: StatementLog;
  readonly app: TestApplication;
  readonly ann: EnrolledUser;
  /** It remembers the user as she is now. */
  readonly here: Mfa;
  /** Another process. */
  readonly there: Mfa;
}

async function scene(): Promise<Scene> {
  const store = statementLog();
  const app = testApplication({ store });
  const ann = await app.enroll('ann');
  const [here, there] = [app.another(), app.another()];
  await here.status('ann');
  store.asked();
  return { store, app, ann, here, there };
}

describe('changed by another process', () => {
  test('reset: a right code opens nothing, and a token is void', async () => {
    const { here, there, ann } = await scene();
    const { next, ...begun } = await here.begin('ann');
    await there.reset('ann');
    expect(next).toBe('verify');
    const token = 'token' in begun ? begun.token : '';
    expect(await outcomeOf(here.verify({ token, code: ann.code() }))).toBe('invalid_token');
    expect(await outcomeOf(here.stepUp('ann', { code: ann.code() }))).toBe('not_enabled');
    expect((await here.begin('ann')).next).toBe('signed-in');
  });

  test('forgotten: nothing is left, and nothing brings her back', async () => {
    const { store, here, there, ann } = await scene();
    const { next, ...begun } = await here.begin('ann');
    await there.forget('ann');
    expect(next).toBe('verify');
    const token = 'token' in begun ? begun.token : '';
    expect(await outcomeOf(here.verify({ token, code: ann.code() }))).toBe('invalid_token');
    expect((await store.read('ann'))?.record).toMatchObject({ factors: [], forgottenAt: expect.any(Number) as number });
    await here.passwordFailed('ann');
    expect((await here.status('ann')).factors).toEqual([]);
  });

  test('enrolled: the password alone signs nobody in', async () => {
    const app = testApplication();
    const here = app.another();
    await here.passwordFailed('ann');
    expect((await here.begin('ann')).next).toBe('signed-in');
    await app.enroll('ann');
    expect((await here.begin('ann')).next).toBe('verify');
  });

  test('locked: right and wrong answers are alike, and none is hashed', async () => {
    const { app, here, there, ann } = await scene();
    for (let i = 0; i < 10; i++) await outcomeOf(there.stepUp('ann', { code: ann.wrongCode() }));
    const before = app.hashes();
    expect(await outcomeOf(here.stepUp('ann', { code: ann.code() }))).toBe('locked');
    expect(await outcomeOf(here.stepUp('ann', { code: ann.wrongCode() }))).toBe('locked');
    expect(await outcomeOf(here.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe('locked');
    expect(app.hashes()).toBe(before);
  });

  test('locked, as a process sees it that has not seen the lock: no backup code is hashed', async () => {
    const { app, here, there, ann } = await scene();
    for (let i = 0; i < 10; i++) await outcomeOf(there.stepUp('ann', { code: ann.wrongCode() }));
    const [hashes, checks] = [app.hashes(), app.passwordChecks()];
    const proof = { password: TEST_PASSWORD, backupCode: ann.backupCodes[0] ?? '' };
    expect(await outcomeOf(here.disable('ann', proof))).toBe('locked');
    expect([app.hashes(), app.passwordChecks()]).toEqual([hashes, checks]);
  });

  test('unlocked: what is remembered as locked is asked again', async () => {
    const { here, there, ann } = await scene();
    for (let i = 0; i < 10; i++) await outcomeOf(here.stepUp('ann', { code: ann.wrongCode() }));
    await there.unlock('ann');
    expect(await outcomeOf(here.stepUp('ann', { code: ann.code() }))).toBe('accepted');
  });

  test('signed out: a session that is remembered as alive is not, and one that is remembered as void may be new', async () => {
    const { here, there, ann } = await scene();
    const { sessionEpoch: old } = await here.status('ann');
    const { sessionEpoch } = await there.passwordChanged('ann');
    expect(await outcomeOf(here.stepUp('ann', { code: ann.code() }, { sessionEpoch: old }))).toBe('session_revoked');
    const other = await scene();
    const epoch = (await other.there.passwordChanged('ann')).sessionEpoch;
    expect(await outcomeOf(other.here.stepUp('ann', { code: other.ann.code() }, { sessionEpoch: epoch }))).toBe(
      'accepted',
    );
    expect(sessionEpoch).toBeGreaterThan(old);
  });

  test('used up: a code that another process took succeeds nowhere', async () => {
    const { here, there, ann } = await scene();
    const code = ann.code();
    expect(await outcomeOf(there.stepUp('ann', { code }))).toBe('accepted');
    expect(await outcomeOf(here.stepUp('ann', { code }))).toBe('code_already_used');
  });

  test('brought back from a backup: what is remembered is newer, and is written nowhere', async () => {
    const { store, here, ann, app } = await scene();
    const old = await store.read('ann');
    await here.stepUp('ann', { code: ann.code() });
    const newer = await store.read('ann');
    await store.commit({
      userId: 'ann',
      expected: newer?.revision ?? '',
      next: { ...old, revision: 'restored' } as Swap['next'],
      events: [],
    });
    expect(await outcomeOf(here.begin('ann', {}, { seenSeq: newer?.record.lastEventSeq ?? 0 }))).toBe(
      'record_outdated',
    );
    app.clock.advance({ seconds: 30 });
    store.asked();
    expect(await outcomeOf(here.stepUp('ann', { code: ann.code() }))).toBe('accepted');
    expect((await store.read('ann'))?.record.trail[0]).toBe('restored');
  });
});

/** A store whose next commit meets this. */
function failing(inner: MfaStore): MfaStore & { next: 'fine' | 'landed' | 'dropped'; down: boolean } {
  const store: MfaStore & { next: 'fine' | 'landed' | 'dropped'; down: boolean } = {
    ...inner,
    next: 'fine',
    down: false,
    async read(userId) {
      if (store.down) throw new Error('down');
      return inner.read(userId);
    },
    async commit(swap) {
      if (store.down) throw new Error('down');
      const { next } = store;
      store.next = 'fine';
      const swapped = next === 'dropped' ? false : await inner.commit(swap);
      if (next === 'fine') return swapped;
      throw new Error('connection reset');
    },
  };
  return store;
}

describe('while the store fails', () => {
  test.each(['landed', 'dropped'] as const)('a lost answer to a first try (%s) is carried out once', async (next) => {
    const store = failing(memoryStore());
    const app = testApplication({ store });
    const ann = await app.enroll('ann');
    const before = app.events.length;
    store.next = next;
    expect(await outcomeOf(app.mfa.stepUp('ann', { code: ann.code() }))).toBe('accepted');
    expect(app.events.slice(before).map(({ type }) => type)).toEqual(['verified']);
    expect(await outcomeOf(app.mfa.stepUp('ann', { code: ann.code() }))).toBe('code_already_used');
  });

  test('a lost answer to a first try that rests on too old a record is an open outcome, and changes nothing more', async () => {
    const store = failing(memoryStore());
    const app = testApplication({ store });
    const ann = await app.enroll('ann');
    const there = app.another();
    for (let i = 0; i < 9; i++) await outcomeOf(there.stepUp('ann', { code: ann.wrongCode() }));
    const before = await store.read('ann');
    store.next = 'landed';
    expect(await outcomeOf(app.mfa.stepUp('ann', { code: ann.code() }))).toBe('store_unavailable');
    expect(await store.read('ann')).toEqual(before);
    // Asked again it is as always.
    expect(await outcomeOf(app.mfa.stepUp('ann', { code: ann.code() }))).toBe('accepted');
  });

  test('after the first commit that fails, calls about other users end with their read', async () => {
    const store = failing(memoryStore());
    const app = testApplication({ store });
    const [ann, bob] = [await app.enroll('ann'), await app.enroll('bob')];
    store.down = true;
    expect(await outcomeOf(app.mfa.stepUp('ann', { code: ann.code() }))).toBe('store_unavailable');
    const log: string[] = [];
    const { read, commit } = store;
    Object.assign(store, {
      read: async (userId: string) => (log.push('read'), read(userId)),
      commit: async (swap: Swap) => (log.push('commit'), commit(swap)),
    });
    expect(await outcomeOf(app.mfa.stepUp('bob', { code: bob.code() }))).toBe('store_unavailable');
    expect(log).toEqual(['read']);
  });
});

test('nothing that is remembered is ever changed in place', async () => {
  const freeze = <T>(value: T): T => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };
  const inner = memoryStore();
  // What is committed is what is remembered: the same objects.
  const store: MfaStore = { ...inner, commit: async (swap) => inner.commit({ ...swap, next: freeze(swap.next) }) };
  const app = testApplication({ store });
  const ann = await app.enroll('ann');
  const { mfa, clock } = app;
  const proof = () => (clock.advance({ seconds: 30 }), ann.proof());
  await mfa.verify({ token: await app.token('ann'), code: ann.code(), trustDevice: {} });
  await outcomeOf(mfa.stepUp('ann', { code: ann.wrongCode() }));
  expect(await outcomeOf(mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe('accepted');
  expect(await outcomeOf(mfa.regenerate('ann', proof()))).toBe('accepted');
  expect(await outcomeOf(mfa.setup({ userId: 'ann' }, { accountName: 'a@b.c', proof: proof() }))).toBe('accepted');
  await mfa.passwordFailed('ann');
  await mfa.unlock('ann');
  await mfa.enforce('ann');
  await mfa.exempt('ann');
  await mfa.forgetDevices('ann');
  await mfa.passwordChanged('ann');
  const record: MfaRecord | undefined = (await store.read('ann'))?.record;
  expect(record?.pending).not.toBeNull();
  expect(await outcomeOf(mfa.disable('ann', proof()))).toBe('accepted');
  await mfa.reset('ann');
});
