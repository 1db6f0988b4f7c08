/** watchedStore: a memory store that counts its calls, lets a test edit its records, and fails on demand. */
import type { MfaEvent, MfaRecord, MfaStore, StoredRecord } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';

/** What the port promises to stores: see `Swap`. */
const EVENTS_PER_COMMIT = 101;

/** A store that a test can watch and change. */
export interface WatchedStore extends MfaStore {
  /** Calls of `commit` so far. */
  readonly commits: () => number;
  /** Until it is set to `null` again, every call of the method with this name throws this error. */
  fail(method: keyof MfaStore, error: Error | null): void;
  /** The stored record of a user. */
  record(userId: string): Promise<MfaRecord>;
  /** Bypasses core and writes a record that core would not have written. */
  edit(userId: string, change: (record: MfaRecord) => unknown): Promise<void>;
  /** Everything that is stored about these users, as text. */
  dump(...userIds: readonly string[]): Promise<string>;
}

/** Makes a fresh store. */
export function watchedStore(): WatchedStore {
  const inner = memoryStore();
  const faults = new Map<keyof MfaStore, Error>();
  let commits = 0;

  function check(method: keyof MfaStore): void {
    const fault = faults.get(method);
    if (fault !== undefined) throw fault;
  }
  async function stored(userId: string): Promise<StoredRecord> {
    const found = await inner.read(userId);
    if (found === null) throw new Error(`nothing is stored of ${userId}`);
    return found;
  }
  async function events(userId: string): Promise<readonly MfaEvent[]> {
    return inner.events(userId, { limit: 10_000 });
  }

  return {
    async read(userId) {
      check('read');
      return inner.read(userId);
    },
    async commit(commit) {
      commits += 1;
      check('commit');
      if (commit.events.length > EVENTS_PER_COMMIT && commit.events !== 'erase')
        throw new Error('more events than promised');
      return inner.commit(commit);
    },
    async events(userId, page) {
      check('events');
      return inner.events(userId, page);
    },
    async scan(page) {
      check('scan');
      return inner.scan(page);
    },
    commits: () => commits,
    fail(method, error) {
      if (error === null) faults.delete(method);
      else faults.set(method, error);
    },
    record: async (userId) => (await stored(userId)).record,
    async edit(userId, change) {
      const { revision, record } = await stored(userId);
      const next = { revision: `${revision.slice(0, 20)}${commits}x`, record: change(record) as MfaRecord };
      await inner.commit({ userId, expected: revision, next, events: [] });
    },
    async dump(...userIds) {
      const parts = await Promise.all(userIds.map(async (userId) => [await inner.read(userId), await events(userId)]));
      return JSON.stringify(parts);
    },
  };
}
