/** loggedStore: counts what the core asks of a store, and keeps every landed commit in its order. */
import type { Swap, MfaEvent, MfaStore } from '@mfakit/core';

/** A store and what it saw. */
export interface LoggedStore extends MfaStore {
  readonly reads: () => number;
  /** All commits asked for. */
  readonly commits: () => number;
  /** Those that answered `true`, oldest first. */
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

/** Everything that was stored of a user's history, oldest first. */
export async function storedEvents(store: MfaStore, userId: string): Promise<readonly MfaEvent[]> {
  return (await store.events(userId, { limit: 100_000 })).toReversed();
}
