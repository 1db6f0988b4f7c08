/** Maintenance: sweeps over all users, for key rotation. */
import type { KeyReportOptions, KeyUsage, RekeyProgress } from './api.ts';
import type { CheckedStore } from './checked-store.ts';
import type { Decide } from './decide.ts';
import type { RequestContext } from './events.ts';
import { keyIdsOf } from './record/key-ids.ts';
import { scanPages } from './scan-pages.ts';
import { bury } from './transitions/administration.ts';
import { rekeyUser } from './transitions/rekey.ts';

/** How many users a sweep may write at a time. More would take the connections of everything else. */
export const MOST_AT_A_TIME = 64;

/** How a sweep goes over the users. */
export interface Sweep {
  readonly signal: AbortSignal | undefined;
  /** The user to go on after. */
  readonly after: string | undefined;
  /** Users that are written at a time. */
  readonly concurrency: number;
  /** Recorded by the events. */
  readonly request: RequestContext;
}

/** Reseals the secrets of every user under the newest key, page by page. Unreadable records do not stop it. */
export async function* rekeyAll(
  store: CheckedStore,
  decide: Decide,
  newestKeyId: string,
  { signal, after, concurrency, request }: Sweep,
): AsyncGenerator<RekeyProgress, void, undefined> {
  signal?.throwIfAborted();
  const progress = { scanned: 0, rekeyed: 0, unreadable: 0 };
  for await (const page of oneAhead(scanPages(store, { after }))) {
    await someAtATime(concurrency, page, async ({ userId, revision, record }) => {
      signal?.throwIfAborted();
      // What the scan has read needs no second read: if it is out of date by now, its swap is lost.
      const seen = record === null ? undefined : { revision, record };
      if (record !== null && record.forgottenAt !== null) {
        await decide(userId, bury, {}, 'support', seen);
        return;
      }
      progress.scanned += 1;
      if (record === null) progress.unreadable += 1;
      else if (keyIdsOf(record).some((keyId) => keyId !== newestKeyId)) {
        const { result: outcome } = await decide(userId, rekeyUser(newestKeyId), request, 'support', seen);
        if (outcome !== 'current') progress[outcome] += 1;
      }
    });
    // Only a page that is done as a whole is a place to go on from.
    yield { ...progress, after: page.at(-1)?.userId ?? '' };
  }
}

/** The same pages, each asked for while the one before is worked on. */
async function* oneAhead<T>(pages: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = pages.next();
  for (;;) {
    const { done, value } = await next;
    if (done === true) return;
    next = pages.next();
    // It is told when its turn comes, which it never does if the sweep ends here.
    next.catch(() => undefined);
    yield value;
  }
}

/** Works on items in their order, so many at a time. When one fails no further one is begun, and none is left running. */
async function someAtATime<T>(count: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: count }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** Counts the users of each key, the configured keys first. */
export async function countKeyUsage(
  store: CheckedStore,
  configuredKeyIds: readonly string[],
  { signal, onProgress }: KeyReportOptions,
): Promise<readonly KeyUsage[]> {
  const users = new Map<string | null, number>(configuredKeyIds.map((keyId) => [keyId, 0]));
  let scanned = 0;
  for await (const page of scanPages(store)) {
    signal?.throwIfAborted();
    for (const { record } of page) {
      if (record !== null && record.forgottenAt !== null) continue;
      const keyIds = record === null ? [null] : keyIdsOf(record);
      for (const keyId of keyIds) users.set(keyId, (users.get(keyId) ?? 0) + 1);
    }
    scanned += page.length;
    onProgress?.(scanned);
  }
  return [...users].map(([keyId, count]) => ({
    keyId,
    configured: keyId !== null && configuredKeyIds.includes(keyId),
    newest: keyId === configuredKeyIds[0],
    users: count,
  }));
}
