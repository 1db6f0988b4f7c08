/** routedStore keeps the promises of the port over stores that keep them, and loses nobody. */
import { routedStore, type MfaStore } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { storeCases } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';

/** By the sum of the code units: neighbors in any order have different homes. */
const homeIn =
  (stores: readonly MfaStore[]) =>
  async (userId: string): Promise<MfaStore> => {
    const sum = Array.from(userId).reduce((total, letter) => total + letter.charCodeAt(0), 0);
    return stores[sum % stores.length] as MfaStore;
  };

describe('three stores as one', () => {
  const cases = storeCases(async () => {
    const stores = [memoryStore(), memoryStore(), memoryStore()];
    return { connections: [routedStore(homeIn(stores), stores), routedStore(homeIn(stores), stores)] };
  });
  for (const { name, run } of cases) test(name, run);
});

test('what lies where its user is not at home is neither read nor scanned, and hides nobody', async () => {
  const [eu, us] = [memoryStore(), memoryStore()];
  const store = routedStore((userId) => (userId.startsWith('us-') ? us : eu), [eu, us]);
  for (const userId of ['us-ann', 'us-bob']) await stage().another({ store: eu }).enforce(userId);
  for (const userId of ['us-cid', 'eu-dan', 'zoe']) await stage().another({ store }).enforce(userId);
  expect(await store.read('us-ann')).toBeNull();
  const found: string[] = [];
  for (let pages = 0; pages < 9; pages += 1) {
    const page = await store.scan({ after: found.at(-1), limit: 1 });
    found.push(...page.map(({ userId }) => userId));
  }
  expect(found).toEqual(['eu-dan', 'zoe', 'us-cid']);
});

test('a home that cannot be told, or is none of the stores, refuses', async () => {
  const store = memoryStore();
  const lost = routedStore(() => Promise.reject(new Error('no directory')), [store]);
  const foreign = routedStore(() => memoryStore(), [store]);
  for (const routed of [lost, foreign]) {
    await expect(stage().another({ store: routed }).begin('ann')).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(routed.scan({ after: 'ann', limit: 1 })).rejects.toThrow(Error);
  }
  expect(() => routedStore(() => store, [])).toThrow(new TypeError('routedStore: stores: must name every home'));
});

test('asks the check of every store', async () => {
  const broken: MfaStore = { ...memoryStore(), check: () => Promise.reject(new Error('the table is missing')) };
  const stores = [memoryStore(), broken];
  await expect(routedStore(homeIn(stores), stores).check?.()).rejects.toThrow('the table is missing');
  await routedStore(homeIn([memoryStore()]), [memoryStore()]).check?.();
});
