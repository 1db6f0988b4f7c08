/** Maintenance: sweeps over all users, for key rotation. */
import type { KeyUsage, RekeyProgress } from './api.ts';
import { unsound, type CheckedStore } from './checked-store.ts';
import type { Decide } from './decide.ts';
import { sealedKeyId } from './crypto/sealer.ts';
import { sealedSecrets } from './record/map-sealed.ts';
import type { MfaRecord } from './record/record.ts';
import { bury } from './transitions/administration.ts';
import { rekeyUser } from './transitions/rekey.ts';

/** How many users are read at a time. */
const SCAN_LIMIT = 500;

/** Reseals the secrets of every user under the newest key, page by page. Unreadable records do not stop it. */
export async function* rekeyAll(
  store: CheckedStore,
  decide: Decide,
  newestKeyId: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<RekeyProgress, void, undefined> {
  signal?.throwIfAborted();
  const progress = { scanned: 0, rekeyed: 0, unreadable: 0 };
  for await (const page of scanPages(store)) {
    for (const { userId, record } of page) {
      signal?.throwIfAborted();
      if (record !== null && record.forgottenAt !== null) {
        await decide(userId, bury, {}, 'support');
        continue;
      }
      progress.scanned += 1;
      if (record === null) progress.unreadable += 1;
      else if (keyIdsOf(record).some((keyId) => keyId !== newestKeyId)) {
        const { result: outcome } = await decide(userId, rekeyUser(newestKeyId), {}, 'support');
        if (outcome !== 'current') progress[outcome] += 1;
      }
    }
    yield { ...progress };
  }
}

/** Counts the users of each key, the configured keys first. */
export async function countKeyUsage(
  store: CheckedStore,
  configuredKeyIds: readonly string[],
): Promise<readonly KeyUsage[]> {
  const users = new Map<string | null, number>(configuredKeyIds.map((keyId) => [keyId, 0]));
  for await (const page of scanPages(store)) {
    for (const { record } of page) {
      if (record !== null && record.forgottenAt !== null) continue;
      const keyIds = new Set(record === null ? [null] : keyIdsOf(record));
      for (const keyId of keyIds) users.set(keyId, (users.get(keyId) ?? 0) + 1);
    }
  }
  return [...users].map(([keyId, count]) => ({
    keyId,
    configured: keyId !== null && configuredKeyIds.includes(keyId),
    newest: keyId === configuredKeyIds[0],
    users: count,
  }));
}

/**
 * A scan that comes round again would never end. Its order is the store's own, so only a page with the same end shows that:
 * one end is remembered, a later one after twice as many pages, so that any circle is found (Brent's method).
 */
async function* scanPages(store: CheckedStore): AsyncGenerator<Awaited<ReturnType<CheckedStore['scan']>>> {
  let after: string | undefined;
  let remembered: string | undefined;
  let rememberAt = 1;
  for (let pages = 1; ; pages++) {
    const page = await store.scan({ after, limit: SCAN_LIMIT });
    after = page.at(-1)?.userId;
    if (after === undefined) return;
    if (after === remembered) throw unsound('scan');
    if (pages === rememberAt) {
      remembered = after;
      rememberAt *= 2;
    }
    yield page;
  }
}

function keyIdsOf(record: MfaRecord): readonly string[] {
  return sealedSecrets(record).map(({ secret }) => sealedKeyId(secret));
}
