/** Broken stores: each breaks one promise of the port. */
import type { Swap, MfaStore, StoredRecord } from '@mfakit/core';

/**
 * Lost updates: whatever revision was expected, the swap succeeds. Events are numbered on, or the store would refuse the
 * second of two with one number, and so the lost update too.
 */
export function swapsBlindly(store: MfaStore): MfaStore {
  const commit = async (swap: Swap): Promise<boolean> => {
    const { userId, next } = swap;
    const stored = await store.read(userId);
    const newest = (await store.events(userId, { limit: 1 }))[0]?.seq ?? 0;
    const events =
      swap.events === 'erase' ? swap.events : swap.events.map((event, i) => ({ ...event, seq: newest + 1 + i }));
    const lastEventSeq = newest + (events === 'erase' ? 0 : events.length);
    const blind = {
      userId,
      expected: stored?.revision ?? null,
      next: next && { ...next, record: { ...next.record, lastEventSeq } },
      events,
    };
    return (await store.commit(blind)) || commit(swap);
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
