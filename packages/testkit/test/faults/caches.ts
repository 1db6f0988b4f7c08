/** Faults of caches: what was seen before a commit is given after it. */
import type { MfaEvent, MfaStore, StoredRecord } from '@mfakit/core';
import { aMoment, type BrokenStore } from '../broken-store.ts';

const INSERT = 'read: one that is under way during an insert hides it from no later one';
const UPDATE = 'read: one that is under way during an update or a removal hides it from no later one';

/** Keeps what `read` has seen. Every commit of a user clears it, unless told otherwise; a slow read fills it again. */
function caching(
  keeps: (found: StoredRecord | null) => boolean,
  clears: (next: StoredRecord | null) => boolean = () => true,
): (sound: MfaStore) => Partial<MfaStore> {
  return (sound) => {
    const cache = new Map<string, string>();
    return {
      async read(userId) {
        const known = cache.get(userId);
        if (known !== undefined) return JSON.parse(known);
        const found = await sound.read(userId);
        await aMoment();
        if (keeps(found)) cache.set(userId, JSON.stringify(found));
        return found;
      },
      async commit(commit) {
        const answer = await sound.commit(commit);
        if (clears(commit.next)) cache.delete(commit.userId);
        return answer;
      },
    };
  };
}

export const cacheFaults: readonly BrokenStore[] = [
  {
    name: 'remembers who is missing, from a read that was slower than the insert',
    breaks: caching((found) => found === null),
    fails: [INSERT],
  },
  {
    name: 'remembers records, from a read that was slower than the update',
    breaks: caching((found) => found !== null),
    fails: [UPDATE],
  },
  {
    name: 'remembers records, and does not forget them when they are removed',
    breaks: caching(
      (found) => found !== null,
      (next) => next !== null,
    ),
    fails: [UPDATE],
  },
  {
    name: 'remembers who is missing, over the second connection',
    secondOnly: true,
    breaks: caching(
      (found) => found === null,
      () => false,
    ),
    fails: [INSERT],
  },
  {
    name: 'remembers the events of a user, from a page that was slower than the commit',
    breaks(sound) {
      const cache = new Map<string, readonly MfaEvent[]>();
      return {
        async events(userId, page) {
          const key = `${userId} ${JSON.stringify(page)}`;
          const found = cache.get(key) ?? (await sound.events(userId, page));
          await aMoment();
          cache.set(key, found);
          return structuredClone(found);
        },
        async commit(commit) {
          const answer = await sound.commit(commit);
          for (const key of cache.keys()) if (key.startsWith(`${commit.userId} `)) cache.delete(key);
          return answer;
        },
      };
    },
    fails: [INSERT, UPDATE],
  },
];
