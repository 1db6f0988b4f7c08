/** routedStore: several stores as one, each user at home in one of them. */
import type { MfaStore, ScannedRecord } from './store.ts';

/**
 * Makes one store of several, such as one for each region: everything about a user is kept by the store that is their home.
 *
 * Each promise of the port holds because it holds at the user's home. So a home must not change while the user has a
 * record: the store there would be asked and know nothing, and the user would pass with the password alone. Move a user
 * only while every application refuses them. A home that cannot be told must throw: it refuses the call.
 *
 * `scan` goes over the stores in the order of `stores`, and over each in its own; a record that lies where its user is not
 * at home is passed over. So one `rekey` reaches everyone. To run a sweep in each region by itself, give the store of that
 * region to a `createMfa` there. Nor does it prune: call `pruneEvents` of each store. Nor does it count by index, since
 * that would count whoever lies elsewhere: ask `stats` in each region by itself.
 *
 * @param homeOf - the home of a user: one of `stores`, and for the same user always the same
 * @param stores - all of them, at least one
 * @throws {TypeError} if there is no store
 * @example
 * ```ts
 * import { routedStore } from '@mfakit/core';
 * import { memoryStore } from '@mfakit/memory';
 *
 * const [eu, us] = [memoryStore(), memoryStore()];
 * const store = routedStore((userId) => (userId.startsWith('us-') ? us : eu), [eu, us]);
 * ```
 */
export function routedStore(
  homeOf: (userId: string) => MfaStore | Promise<MfaStore>,
  stores: readonly MfaStore[],
): MfaStore {
  if (stores.length === 0) throw new TypeError('routedStore: stores: must name every home');

  const home = async (userId: string): Promise<MfaStore> => {
    const store = await homeOf(userId);
    if (!stores.includes(store)) throw new Error('routedStore: the home of a user must be one of its stores.');
    return store;
  };

  return {
    read: async (userId) => (await home(userId)).read(userId),
    commit: async (swap) => (await home(swap.userId)).commit(swap),
    events: async (userId, page) => (await home(userId)).events(userId, page),

    async scan({ after, ...rest }) {
      const first = after === undefined ? 0 : stores.indexOf(await home(after));
      for (const [index, store] of stores.entries()) {
        if (index < first) continue;
        let last = index === first ? after : undefined;
        for (;;) {
          const page = await store.scan({ after: last, ...rest });
          if (page.length === 0) break;
          const atHome: ScannedRecord[] = [];
          for (const row of page) if ((await home(row.userId)) === store) atHome.push(row);
          // Only after the last user may a page be empty.
          if (atHome.length > 0) return atHome;
          last = page.at(-1)?.userId;
        }
      }
      return [];
    },

    async check() {
      for (const store of stores) await store.check?.();
    },
  };
}
