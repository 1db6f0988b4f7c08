/** Seen records: the record of each user as this process saw it last, so that a first try needs no read. */
import type { CheckedStore } from './checked-store.ts';
import type { StoredRecord } from './store.ts';

/** How many users are remembered at most. */
const MAX_USERS = 4096;

/** How long what was seen may serve, in milliseconds. */
const MAX_AGE_MS = 60_000;

/** How many first tries are judged together: always the last ones. */
const WINDOW = 60;

/** If more of them than this were lost, others keep writing to the same users: reading first is cheaper. */
const MAX_LOST = WINDOW / 3;

/** How many calls begin with a read then, before one is tried without. */
const REST = 1000;

/**
 * What this process has seen of its users. It may be out of date, so it may only be decided on by whoever swaps it: an older
 * record costs a lost swap. Every operation takes the same time, however many users are remembered.
 */
export interface SeenRecords {
  /** @returns what a first try may rest on; `undefined` if a read must come first */
  recall(userId: string): StoredRecord | undefined;
  /** Tells whether the swap of a first try landed. */
  tried(landed: boolean): void;
  /** Keeps what was read or swapped in. Of a user who has no record, or was forgotten, nothing is kept. */
  remember(userId: string, stored: StoredRecord | null): void;
  drop(userId: string): void;
  /** Forgets everyone. */
  clear(): void;
}

interface Seen {
  readonly stored: StoredRecord;
  readonly at: number;
}

/** @param now - milliseconds by a clock that only runs forward: no jump of the time of day makes anything seem newer */
export function createSeenRecords(now: () => number = () => performance.now()): SeenRecords {
  // Two generations instead of one ordered list: whoever is not seen again while the younger one fills, or grows old, goes
  // with the older one. So the last 2,048 are always there, and nothing has to be sorted.
  let young = new Map<string, Seen>();
  let old = new Map<string, Seen>();
  let youngSince = 0;

  const lately = new Uint8Array(WINDOW);
  let place = 0;
  let lost = 0;
  let resting = 0;

  const drop = (userId: string): void => {
    young.delete(userId);
    old.delete(userId);
  };

  return {
    recall(userId) {
      if (resting > 0) {
        resting -= 1;
        return undefined;
      }
      const seen = young.get(userId) ?? old.get(userId);
      return seen === undefined || now() - seen.at > MAX_AGE_MS ? undefined : seen.stored;
    },

    tried(landed) {
      const loss = landed ? 0 : 1;
      lost += loss - (lately[place] ?? 0);
      lately[place] = loss;
      place = (place + 1) % WINDOW;
      if (lost <= MAX_LOST) return;
      lately.fill(0);
      lost = 0;
      resting = REST;
    },

    remember(userId, stored) {
      if (stored === null || stored.record.forgottenAt !== null) return drop(userId);
      const at = now();
      if (young.size >= MAX_USERS / 2 || at - youngSince > MAX_AGE_MS) {
        old = young;
        young = new Map();
        youngSince = at;
      }
      young.set(userId, { stored, at });
    },

    drop,

    clear() {
      young = new Map();
      old = new Map();
    },
  };
}

/** The store, with all that is read of it or swapped in remembered. */
export function rememberingStore(store: CheckedStore, seen: SeenRecords): CheckedStore {
  return {
    ...store,

    async read(userId) {
      try {
        const stored = await store.read(userId);
        seen.remember(userId, stored);
        return stored;
      } catch (error) {
        seen.drop(userId);
        throw error;
      }
    },

    async commit(swap) {
      const { userId, next } = swap;
      // From here on it is out of date or unknown, unless this lands.
      seen.drop(userId);
      try {
        const landed = await store.commit(swap);
        if (landed) seen.remember(userId, next);
        return landed;
      } catch (error) {
        // A store that fails is asked for a read first, of whichever user: that ends sooner, and leaves nothing open.
        seen.clear();
        throw error;
      }
    },
  };
}
