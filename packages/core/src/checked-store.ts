/** checkedStore: validates every answer of a store, and turns its every failure into `store_unavailable`. */
import { MfaError } from './errors.ts';
import type { ReadRecord } from './record/read-record.ts';
import type { MfaRecord } from './record/record.ts';
import type { MfaStore, ScanPage, StoredRecord } from './store.ts';

/** A store whose answers are sound. A record that cannot be read is `null` in a scan: it must not stop a sweep. */
export interface CheckedStore extends Pick<MfaStore, 'read' | 'commit' | 'events'> {
  scan(page: ScanPage): Promise<readonly { readonly userId: string; readonly record: MfaRecord | null }[]>;
}

/** Wraps a store. */
export function checkedStore(store: MfaStore, readRecord: ReadRecord): CheckedStore {
  return {
    async read(userId) {
      const stored: unknown = await ask(() => store.read(userId));
      return stored === null ? null : checkStored(stored, readRecord);
    },

    async commit(swap) {
      const swapped: unknown = await ask(() => store.commit(swap));
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
      // A scan that does not advance would never end.
      if (!Array.isArray(records) || (records.length > 0 && records.at(-1)?.userId === page.after)) {
        throw unsound('scan');
      }
      return records.map(({ userId, record }) => ({ userId, record: readable(record, readRecord) }));
    },
  };
}

/** `undefined` does not count as "no record": a store that forgot to answer would sign users in without MFA. */
function checkStored(stored: unknown, readRecord: ReadRecord): StoredRecord {
  const shaped = typeof stored === 'object' && stored !== null && 'revision' in stored && 'record' in stored;
  if (!shaped || typeof stored.revision !== 'string') throw unsound('read');
  return { revision: stored.revision, record: readRecord(stored.record) };
}

function readable(record: unknown, readRecord: ReadRecord): MfaRecord | null {
  try {
    return readRecord(record);
  } catch {
    return null;
  }
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
