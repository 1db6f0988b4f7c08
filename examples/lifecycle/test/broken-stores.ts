/** Broken stores: each breaks one promise of the port. */
import type { Swap, MfaStore, StoredRecord } from '@mfakit/core';

/** Lost updates: whatever revision was expected, the swap succeeds. */
export function swapsBlindly(store: MfaStore): MfaStore {
  const commit = async (swap: Swap): Promise<boolean> => {
    const stored = await store.read(swap.userId);
    return (await store.commit({ ...swap, expected: stored?.revision ?? null })) || commit(swap);
  };
  return { ...store, commit };
}

/** One event of each commit is dropped. */
export function losesEvents(store: MfaStore): MfaStore {
  return {
    ...store,
    commit: (swap) => store.commit({ ...swap, events: swap.events === 'erase' ? 'erase' : swap.events.slice(1) }),
  };
}

/** Nobody ever failed, and nobody is locked. */
export function forgetsFailures(store: MfaStore): MfaStore {
  return {
    ...store,
    read: async (userId) => {
      const stored = await store.read(userId);
      return stored && withoutFailures(stored);
    },
  };
}

function withoutFailures({ revision, record }: StoredRecord): StoredRecord {
  return { revision, record: { ...record, lockout: { ...record.lockout, failures: 0, lockedUntil: null } } };
}
