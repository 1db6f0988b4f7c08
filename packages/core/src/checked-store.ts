/** checkedStore: a store whose every answer was held against the port, and whose every failure is `store_unavailable`. */
import { MfaError } from './errors.ts';
import { parseRecord } from './record.ts';
import type { MfaStore, StoredRecord } from './store.ts';

/** Wraps a store. Records of `scan` are not checked: one that is damaged must not stop a sweep. */
export function checkedStore(store: MfaStore): MfaStore {
  return {
    async read(userId) {
      const stored: unknown = await ask(() => store.read(userId));
      return stored === null ? null : checkStored(stored);
    },

    async commit(commit) {
      const swapped: unknown = await ask(() => store.commit(commit));
      if (typeof swapped !== 'boolean') throw unsound('commit');
      return swapped;
    },

    async events(userId, page) {
      const events = await ask(() => store.events(userId, page));
      if (!Array.isArray(events)) throw unsound('events');
      return events;
    },

    async scan(page) {
      const records = await ask(() => store.scan(page));
      // A store that does not get on would be scanned for ever.
      if (!Array.isArray(records) || (records.length > 0 && records.at(-1)?.userId === page.after)) {
        throw unsound('scan');
      }
      return records;
    },
  };
}

/** `undefined` is not taken for "no record": a store that forgot to answer would sign users in without MFA. */
function checkStored(stored: unknown): StoredRecord {
  const shaped = typeof stored === 'object' && stored !== null && 'revision' in stored && 'record' in stored;
  if (!shaped || typeof stored.revision !== 'string') throw unsound('read');
  return { revision: stored.revision, record: parseRecord(stored.record) };
}

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    throw new MfaError('store_unavailable', { cause });
  }
}

function unsound(method: keyof MfaStore): MfaError {
  return new MfaError('store_unavailable', { message: `store.${method} gave an answer that the port does not allow.` });
}
