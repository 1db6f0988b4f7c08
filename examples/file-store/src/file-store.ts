/** fileStore: the store port over a folder on a local disk, a folder per user. The example of the guide "Write a store". */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Swap, MfaEvent, MfaStore, ScannedRecord, StoredRecord } from '@mfakit/core';

/** All that is stored of one user. */
interface UserFile extends ScannedRecord {
  readonly events: readonly MfaEvent[];
}

/** Reads torn by commits in between, before a read gives up. */
const MAX_TORN_READS = 100;

/**
 * A store in an existing folder. Any number of processes on one machine may share it.
 *
 * A user's folder holds `data-<revision>`, and an empty file `head-<revision>` whose name says which revision is
 * current, or `head-` where the user has no record. To rename the head is to swap: of any number of callers that rename
 * one name away only one finds it, and a revision is never used twice.
 */
export function fileStore(root: string): MfaStore {
  async function load(name: string): Promise<UserFile | null> {
    for (let torn = 0; torn < MAX_TORN_READS; torn += 1) {
      const names = await missingIsNull(readdir(join(root, name)));
      // No record lets a user in without a second factor: a disk that is gone must not pass for a user that is.
      if (names === null) await access(root);
      if (names === null || names.includes('head-')) return null;
      const head = names.find((each) => each.startsWith('head-'));
      const data = head && (await missingIsNull(readFile(join(root, name, head.replace('head-', 'data-')), 'utf8')));
      if (data) return JSON.parse(data);
      // Another commit renamed the head while this one was looking.
    }
    throw new Error('The user is changed faster than read.');
  }

  /** Makes the folder of a user without a record. A folder is renamed into place, so it is never seen without a head. */
  async function createFolder(name: string): Promise<void> {
    const draft = join(root, `draft-${randomUUID()}`);
    await mkdir(draft);
    await writeDurably(join(draft, 'head-'), '');
    try {
      await rename(draft, join(root, name));
      await syncFolder(root);
    } catch (error) {
      await rm(draft, { recursive: true });
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    }
  }

  return {
    async read(userId: string): Promise<StoredRecord | null> {
      const user = await load(nameOf(userId));
      return user && { revision: user.revision, record: user.record };
    },

    async commit({ userId, expected, next, events }: Swap): Promise<boolean> {
      const folder = join(root, nameOf(userId));
      const fileOf = (kind: 'head' | 'data', revision: string | null): string =>
        join(folder, `${kind}-${Buffer.from(revision ?? '').toString('hex')}`);

      const current = await load(nameOf(userId));
      if ((current?.revision ?? null) !== expected) return false;
      if (current === null && next === null) return true;
      if (current === null) await createFolder(nameOf(userId));
      if (next !== null) {
        const user: UserFile = { userId, ...next, events: [...(current?.events ?? []), ...events] };
        await writeDurably(fileOf('data', next.revision), JSON.stringify(user));
      }
      // Here, and only here, it is decided. Whoever comes second finds the name gone.
      const swapped =
        (await missingIsNull(rename(fileOf('head', expected), fileOf('head', next?.revision ?? null)))) !== null;
      if (swapped) await syncFolder(folder);
      const superseded = swapped ? expected : (next?.revision ?? null);
      if (superseded !== null) await rm(fileOf('data', superseded));
      return swapped;
    },

    async events(userId: string, { before = Infinity, limit }): Promise<readonly MfaEvent[]> {
      const user = await load(nameOf(userId));
      const older = (user?.events ?? []).filter((event) => event.seq < before);
      return older.reverse().slice(0, limit);
    },

    async scan({ after, limit }): Promise<readonly ScannedRecord[]> {
      // In the order of the hashes: any order will do that stays the same.
      const names = (await readdir(root)).filter((name) => name.length === 64).sort();
      const page: ScannedRecord[] = [];
      for (const name of names) {
        if (page.length === limit) break;
        if (after !== undefined && name <= nameOf(after)) continue;
        const user = await load(name);
        if (user !== null) page.push({ userId: user.userId, revision: user.revision, record: user.record });
      }
      return page;
    },
  };
}

/** Any user id makes a safe name of one length: no slashes, no case, and not the id itself. */
function nameOf(userId: string): string {
  return createHash('sha256').update(userId).digest('hex');
}

/** `true` of a commit means that it survives a power cut: the bytes must be on the disk before the head names them. */
async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is on the disk once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Null where there is no such file. Every other error is thrown: the core makes `store_unavailable` of it. */
async function missingIsNull<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
