/** With a store that keeps marks, lists and counts are the same, and little is read for them. */
import { storeCases, testApplication } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { liveAndLook } from '../../../testkit/src/cases/marks.ts';
import { lock } from '../harness.ts';
import { enrollPasskey, withPasskeys } from '../passkeys/passkey-harness.ts';
import { indexedStore, withoutMarks, type IndexedStore } from './indexed-store.ts';

describe('the promises of the port', () => {
  for (const { name, run } of storeCases(async () => ({ connections: [indexedStore()] }))) test(name, run);
});

test('random histories', { timeout: 120_000 }, async () => {
  for (let seed = 100; seed < 120; seed += 1) await liveAndLook(indexedStore(), seed);
});

/** Ten users who have enrolled, and one of each state. */
async function elevenOrMore(store: IndexedStore): Promise<ReturnType<typeof testApplication>> {
  const on = testApplication({ store });
  for (let n = 0; n < 10; n += 1) await on.enroll(`user ${n}`);
  await lock(on, 'locked');
  await on.mfa.enforce('overdue');
  return on;
}

test('stats reads no record if all have marks', async () => {
  const store = indexedStore();
  const { mfa } = await elevenOrMore(store);
  const before = store.given();
  expect(await mfa.stats()).toMatchObject({ users: 12, enabled: 10, states: { locked: 1, overdue: 1 }, unreadable: 0 });
  expect(store.given() - before).toBe(0);
});

test('a list reads no more than it shows', async () => {
  const store = indexedStore();
  const { mfa } = await elevenOrMore(store);
  for (const [state, found] of [
    ['locked', 1],
    ['overdue', 1],
    ['few_codes', 0],
  ] as const) {
    const before = store.given();
    expect((await mfa.list({ state })).users).toHaveLength(found);
    expect(store.given() - before).toBe(found);
  }
});

test('for `require` only users without a factor are read, and for `all` of them only who is exempt', async () => {
  const store = indexedStore();
  const on = await elevenOrMore(store);
  await on.mfa.exempt('exempt', { until: new Date(on.clock() + 1000) });
  for (const [require, overdue, read] of [
    ['all', 2, 1],
    [(): null => null, 1, 3],
  ] as const) {
    const before = store.given();
    expect((await on.another({ require }).stats()).states.overdue).toBe(overdue);
    expect(store.given() - before).toBe(read);
  }
});

test('records without marks are read until their next change', async () => {
  const store = indexedStore();
  const on = await elevenOrMore(store);
  for (const userId of ['user 3', 'locked']) store.unmark(userId);
  const look = async (): Promise<number> => {
    const before = store.given();
    expect(await on.mfa.stats()).toEqual(await on.another({ store: withoutMarks(store) }).stats());
    expect((await on.mfa.list({ state: 'locked' })).users).toMatchObject([{ userId: 'locked' }]);
    // Twelve were read without marks, once.
    return store.given() - before - 12;
  };
  expect(await look()).toBe(4);
  await on.mfa.passwordChanged('user 3');
  await on.mfa.enforce('locked');
  expect(await look()).toBe(1);
});

test('records of kinds that the application was not given are counted as unreadable by either way', async () => {
  const store = indexedStore();
  const on = testApplication({ store, ...withPasskeys() });
  await enrollPasskey(on, 'ann');
  await on.enroll('bob');
  expect(await on.mfa.stats()).toMatchObject({ users: 2, enabled: 2, kinds: { totp: 1, webauthn: 1 }, unreadable: 0 });
  const without = on.another({ factors: [] });
  expect(await without.stats()).toMatchObject({ users: 2, enabled: 1, kinds: { totp: 1 }, unreadable: 1 });
  expect(await without.stats()).toEqual(await on.another({ factors: [], store: withoutMarks(store) }).stats());
});

test('marks are printable ASCII without spaces, and say nothing of codes, secrets or labels', async () => {
  const store = indexedStore();
  const tags: string[] = [];
  const on = testApplication({
    store: {
      ...store,
      commit: async (swap) => {
        tags.push(...(swap.marks?.tags ?? []));
        return store.commit(swap);
      },
    },
  });
  const ann = await on.enroll('ann');
  await on.mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });
  await on.mfa.forget('ann');
  const keyId = (await on.mfa.keyReport())[0]?.keyId ?? '';
  expect([...new Set(tags)].toSorted()).toEqual([
    'enrolled',
    'forgotten',
    `key:${keyId}`,
    'kind:totp',
    'open',
    'schema:1',
  ]);
  for (const tag of tags) expect(tag).toMatch(/^[!-~]+$/);
});

test('an ordinary sign-in changes no mark', async () => {
  const store = indexedStore();
  const seen: string[] = [];
  const on = testApplication({
    store: {
      ...store,
      commit: async (swap) => {
        seen.push(JSON.stringify(swap.marks));
        return store.commit(swap);
      },
    },
  });
  const ann = await on.enroll('ann');
  seen.splice(0, seen.length - 1);
  for (let round = 0; round < 5; round += 1) {
    await on.mfa.passwordFailed('ann');
    await on.mfa.verify({ token: await on.token('ann'), code: ann.code() });
    on.clock.advance({ seconds: 30 });
    await on.mfa.stepUp('ann', { code: ann.wrongCode() }).catch(() => undefined);
    await on.mfa.stepUp('ann', { code: ann.code() });
    on.clock.advance({ seconds: 30 });
  }
  expect(seen.length).toBeGreaterThan(20);
  expect(new Set(seen).size).toBe(1);
});

test('a store that keeps no marks is given none', async () => {
  const store = indexedStore();
  const swaps: object[] = [];
  const { countMarks, ...plain } = store;
  const on = testApplication({
    store: {
      ...plain,
      commit: async (swap) => {
        swaps.push(swap);
        return store.commit(swap);
      },
    },
  });
  await on.enroll('ann');
  expect(countMarks).toBeTypeOf('function');
  expect(swaps.filter((swap) => 'marks' in swap)).toEqual([]);
});

test.each([[null], [undefined], [{}], ['ann']])('%j is no count', async (answer) => {
  const on = testApplication({ store: { ...indexedStore(), countMarks: async () => answer as never } });
  await expect(on.mfa.stats()).rejects.toMatchObject({ code: 'store_unavailable' });
});
