/** Maintenance: sweeps over all users, for key rotation. */
import type { KeyUsage, RekeyProgress } from './api.ts';
import type { Commit } from './commit.ts';
import { sealedKeyId } from './crypto/sealer.ts';
import { MfaError } from './errors.ts';
import { parseRecord, type MfaRecord } from './record.ts';
import type { MfaStore, ScannedRecord } from './store.ts';
import { rekeyUser, sealedTexts } from './transitions/reseal.ts';

/** Users read at a time. */
const SCAN_LIMIT = 500;

/** Seals every user's secrets under the newest key, page by page. One that cannot be read never stops the sweep. */
export async function* rekeyAll(
  store: MfaStore,
  commit: Commit,
  newestKeyId: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<RekeyProgress, void, undefined> {
  signal?.throwIfAborted();
  const progress = { scanned: 0, rekeyed: 0, unreadable: 0 };
  for await (const page of scanPages(store)) {
    for (const { userId, record } of page) {
      signal?.throwIfAborted();
      progress.scanned += 1;
      const readable = readableRecord(record);
      if (readable === null) progress.unreadable += 1;
      else if (sealedTexts(readable).some((text) => sealedKeyId(text) !== newestKeyId)) {
        const outcome = await commit(userId, rekeyUser(newestKeyId));
        if (outcome !== 'current') progress[outcome] += 1;
      }
    }
    yield { ...progress };
  }
}

/** Counts users per key, the configured keys first. */
export async function countKeyUsage(
  store: MfaStore,
  configuredKeyIds: readonly string[],
): Promise<readonly KeyUsage[]> {
  const users = new Map<string | null, number>(configuredKeyIds.map((keyId) => [keyId, 0]));
  for await (const page of scanPages(store)) {
    for (const { record } of page) {
      const readable = readableRecord(record);
      const keyIds = new Set(readable === null ? [null] : sealedTexts(readable).map(sealedKeyId));
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

async function* scanPages(store: MfaStore): AsyncGenerator<readonly ScannedRecord[], void, undefined> {
  let after: string | undefined;
  for (;;) {
    const page = await store.scan({ after, limit: SCAN_LIMIT });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.userId;
  }
}

/** @returns `null` for a record that is damaged or from a newer release */
function readableRecord(record: unknown): MfaRecord | null {
  try {
    return parseRecord(record);
  } catch (error) {
    if (error instanceof MfaError) return null;
    throw error;
  }
}
