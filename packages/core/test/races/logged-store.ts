/** loggedStore: counts the calls that core makes to a store, and keeps every landed commit in order. */
import type { Swap, MfaEvent, MfaStore } from '@mfakit/core';

/** A store and what it saw. */
export interface LoggedStore extends MfaStore {
  readonly reads: () => number;
  /** All calls of `commit`. */
  readonly commits: () => number;
  /** The commits that answered `true`, oldest first. */
  readonly landed: readonly Swap[];
}

export function loggedStore(store: MfaStore): LoggedStore {
  let reads = 0;
  let commits = 0;
  const landed: Swap[] = [];
  return {
    ...store,
    async read(userId) {
      reads += 1;
      return store.read(userId);
    },
    async commit(commit) {
      commits += 1;
      const swapped = await store.commit(commit);
      if (swapped) landed.push(commit);
      return swapped;
    },
    reads: () => reads,
    commits: () => commits,
    landed,
  };
}

/** Everything stored in a user's history, oldest first. */
export async function storedEvents(store: MfaStore, userId: string): Promise<readonly MfaEvent[]> {
  return (await store.events(userId, { limit: 100_000 })).toReversed();
}
