/** checkedStore: validates every answer of a store, waits for none for ever, and turns its failures into `store_unavailable`. */
import { within } from './deadline.ts';
import { MfaError } from './errors.ts';
import type { ReadRecord } from './record/read-record.ts';
import type { MfaRecord } from './record/record.ts';
import type { MarkCount, Marks, MfaStore, ScanPage, StoredRecord, Swap } from './store.ts';

/** How long an answer may take. Longer than any sound statement, shorter than a person waits. */
const DEADLINE_MS = 10_000;

/** A store whose answers are sound. A record that cannot be read is `null` in a scan: it must not stop a sweep. */
export interface CheckedStore extends Pick<MfaStore, 'read' | 'commit' | 'events'> {
  scan(page: ScanPage): Promise<readonly ScannedUser[]>;
  /** The store's count by marks; absent if it keeps none. */
  countMarks?(now: number): Promise<readonly MarkCount[]>;
  /** Asks the store's own check, if it has one, and reads a record. */
  check(): Promise<void>;
}

/** A user that a scan found, with the revision that the record was stored under. */
type ScannedUser = Readonly<{ userId: string; revision: string; record: MfaRecord | null }>;

/** The cause of a `store_unavailable` whose deadline passed: the store may still carry the call out. */
export class LateAnswer extends Error {
  override readonly name = 'LateAnswer';
  /** Resolves once the call has ended, whatever came of it. */
  readonly ended: Promise<unknown>;

  constructor(method: keyof MfaStore, ended: Promise<unknown>) {
    super(`store.${method} did not answer within ${DEADLINE_MS / 1000} s.`);
    this.ended = ended;
  }
}

/**
 * Wraps a store.
 * @param marksOf - what a record may be found by: each commit brings it, if the store keeps it
 */
export function checkedStore(
  store: MfaStore,
  readRecord: ReadRecord,
  marksOf: (record: MfaRecord) => Marks | undefined,
): CheckedStore {
  const marked = (swap: Swap): Swap =>
    store.countMarks === undefined || swap.next === null ? swap : { ...swap, marks: marksOf(swap.next.record) };

  const checked: CheckedStore = {
    async read(userId) {
      const stored: unknown = await ask('read', () => store.read(userId));
      return stored === null ? null : checkStored(stored, readRecord);
    },

    async commit(swap) {
      const swapped: unknown = await ask('commit', () => store.commit(marked(swap)));
      if (typeof swapped !== 'boolean') throw unsound('commit');
      return swapped;
    },

    async events(userId, page) {
      const events = await ask('events', () => store.events(userId, page));
      if (!Array.isArray(events)) throw unsound('events');
      return events;
    },

    async scan(page) {
      const records = await ask('scan', () => store.scan(page));
      if (!Array.isArray(records)) throw unsound('scan');
      return records.map(({ userId, revision, record }) => {
        if (typeof revision !== 'string') throw unsound('scan');
        return { userId, revision, record: readable(record, readRecord) };
      });
    },

    ...(store.countMarks !== undefined && { countMarks: countMarksOf(store as Required<MfaStore>) }),

    async check() {
      if (store.check !== undefined) await ask('check', async () => store.check?.());
      await checked.scan({ limit: 1 });
    },
  };
  return checked;
}

function countMarksOf(store: Required<MfaStore>): NonNullable<CheckedStore['countMarks']> {
  return async (now) => {
    const counts: unknown = await ask('countMarks', () => store.countMarks(now));
    if (!Array.isArray(counts)) throw unsound('countMarks');
    return counts;
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

async function ask<T>(method: keyof MfaStore, question: () => Promise<T>): Promise<T> {
  try {
    const answer = question();
    const late = (): LateAnswer =>
      new LateAnswer(
        method,
        answer.catch(() => undefined),
      );
    return await within(DEADLINE_MS, answer, late);
  } catch (cause) {
    throw new MfaError('store_unavailable', { cause });
  }
}

/** The refusal of an answer that breaks a promise of the port. */
export function unsound(method: keyof MfaStore): MfaError {
  return new MfaError('store_unavailable', { message: `store.${method} gave an answer that the port does not allow.` });
}
