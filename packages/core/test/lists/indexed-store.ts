/** indexedStore: a memory store that keeps marks, and leaves out of a scan whatever the port lets it leave out. */
import type { MarkCount, Marked, Marks, MfaStore, ScannedRecord } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';

/** A store with marks, and what a test may do to them. */
export interface IndexedStore extends MfaStore {
  /** Takes the marks off a user, as if another program had stored the record. */
  unmark(userId: string): void;
  /** How many records all scans have given. */
  readonly given: () => number;
}

/** Makes an empty one. */
export function indexedStore(): IndexedStore {
  const inner = memoryStore();
  const marks = new Map<string, Marks | undefined>();
  let given = 0;
  const locked = ({ lockedUntil }: Marks, now: number): boolean => lockedUntil !== null && lockedUntil > now;
  const overdue = ({ overdueFrom }: Marks, now: number): boolean => overdueFrom !== null && overdueFrom <= now;
  const fits = (userId: string, { tag, lockedAt, overdueAt }: Marked): boolean => {
    const own = marks.get(userId);
    if (own === undefined) return true;
    return (
      tag !== null &&
      own.tags.includes(tag) &&
      (lockedAt === undefined || locked(own, lockedAt)) &&
      (overdueAt === undefined || overdue(own, overdueAt))
    );
  };
  const give = <T extends readonly ScannedRecord[]>(rows: T): T => {
    given += rows.length;
    return rows;
  };

  return {
    ...inner,
    unmark: (userId) => marks.set(userId, undefined),
    given: () => given,
    async commit(swap) {
      const swapped = await inner.commit(swap);
      if (swapped) marks.set(swap.userId, swap.marks);
      return swapped;
    },
    async scan({ after, limit, marked }) {
      if (marked === undefined) return give(await inner.scan({ after, limit }));
      const found = (await inner.scan({ after, limit: 1_000_000 })).filter(({ userId }) => fits(userId, marked));
      return give(found.slice(0, limit));
    },
    async countMarks(now) {
      const counts = new Map<string, MarkCount>();
      for (const { userId } of await inner.scan({ limit: 1_000_000 })) {
        const own = marks.get(userId);
        const name = JSON.stringify(own?.tags ?? null);
        const before = counts.get(name) ?? { users: 0, locked: 0, lockedUntilUnlock: 0, overdue: 0 };
        counts.set(name, {
          tags: own?.tags ?? null,
          users: before.users + 1,
          locked: before.locked + (own !== undefined && locked(own, now) ? 1 : 0),
          lockedUntilUnlock: before.lockedUntilUnlock + (own?.lockedUntil === 8.64e15 ? 1 : 0),
          overdue: before.overdue + (own !== undefined && overdue(own, now) ? 1 : 0),
        });
      }
      return [...counts.values()];
    },
  };
}

/** The same store to an application that knows nothing of marks. */
export function withoutMarks(store: MfaStore): MfaStore {
  return {
    read: (userId) => store.read(userId),
    commit: (swap) => store.commit(swap),
    events: (userId, page) => store.events(userId, page),
    scan: ({ after, limit }) => store.scan({ after, limit }),
  };
}
