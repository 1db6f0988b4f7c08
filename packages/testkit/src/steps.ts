/** Steps that several cases share. */
import type { Swap, MfaEvent, MfaStore, ScannedRecord, StoredRecord } from '@mfakit/core';
import { check, checkEqual, show } from './check.ts';
import { describeSwap, quote } from './describe.ts';
import { version } from './samples.ts';

/** A page size larger than anything that a case stores. */
export const EVERYTHING = 200;

/** Commits, by default as a first insert, and expects to win. */
export async function store(target: MfaStore, commit: Pick<Swap, 'userId' | 'next'> & Partial<Swap>): Promise<void> {
  const answer: unknown = await target.commit({ expected: null, events: [], ...commit });
  const promise = 'a commit answers true where the stored revision equals `expected`';
  check(answer === true, `${promise}\n  ${show(answer)} was answered to ${describeSwap(commit)}`);
}

/** The most events of one commit: see `Swap`. */
const EVENTS_PER_COMMIT = 101;

/** Stores a user with these events, in as many commits as they take. */
export async function storeHistory(target: MfaStore, userId: string, events: readonly MfaEvent[]): Promise<void> {
  let expected: string | null = null;
  for (let from = 0; from < events.length; from += EVENTS_PER_COMMIT) {
    const next = version(from);
    await store(target, { userId, expected, next, events: events.slice(from, from + EVENTS_PER_COMMIT) });
    expected = next.revision;
  }
}

/** Commits, and expects to lose. */
export async function lose(target: MfaStore, commit: Pick<Swap, 'userId' | 'next'> & Partial<Swap>): Promise<void> {
  const answer: unknown = await target.commit({ expected: null, events: [], ...commit });
  const promise = 'a commit answers false where the stored revision does not equal `expected`';
  check(answer === false, `${promise}\n  ${show(answer)} was answered to ${describeSwap(commit)}`);
}

/** Expects the user to have exactly this record. */
export async function expectRecord(target: MfaStore, userId: string, expected: StoredRecord | null): Promise<void> {
  const promise = 'read gives what the last successful commit stored';
  checkEqual(await target.read(userId), expected, `${promise}, here of user ${quote(userId)}`);
}

/** Expects the user to have exactly these events. `expected` is oldest first. */
export async function expectEvents(target: MfaStore, userId: string, expected: readonly MfaEvent[]): Promise<void> {
  const found = await target.events(userId, { limit: EVERYTHING });
  const promise = 'events gives those of the successful commits, newest first';
  checkEqual(found, expected.toReversed(), `${promise}, here of user ${quote(userId)}`);
}

/**
 * Scans page by page until a page is empty: only that is the end.
 * @param between - called after each page
 * @param first - the user to go on after
 */
export async function scanAll(
  target: MfaStore,
  limit: number,
  between?: (page: number) => Promise<void>,
  first?: string,
): Promise<readonly ScannedRecord[]> {
  const found: ScannedRecord[] = [];
  for (let page = 0; ; page += 1) {
    const after = found.at(-1)?.userId ?? first;
    const rows = await target.scan(after === undefined ? { limit } : { after, limit });
    check(Array.isArray(rows), 'scan gives an array');
    check(rows.length <= limit, 'scan gives no more than `limit` records');
    if (rows.length === 0) return found;
    found.push(...rows);
    check(found.length < EVERYTHING, 'a scan that goes on after the last user comes to an end');
    await between?.(page);
  }
}

/** Like `Promise.all`, but waits for every call to end, so that no call is still running when the store closes. */
export async function together<T>(calls: readonly Promise<T>[]): Promise<readonly T[]> {
  const results = await Promise.allSettled(calls);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
