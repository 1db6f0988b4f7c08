/** fileStore: the store port over a folder on a local disk, a folder per user. The example of the guide "Write a store". */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Swap, MfaEvent, MfaStore, ScannedRecord, StoredRecord } from '@mfakit/core';

/** All that is stored of one user. */
interface UserData extends ScannedRecord {
  readonly events: readonly MfaEvent[];
}

/** A user's current data, and the name of their file. */
interface Current {
  readonly file: string;
  readonly user: UserData;
}

/** Reads torn by commits in between, before a read gives up. */
const MAX_TORN_READS = 100;

/**
 * A store in an existing folder. Any number of processes on one machine may share it.
 *
 * A user's folder holds data files of random names, and an empty file `head-<name>` that says which of them is current,
 * or `head-` if the user has no record. To rename the head is to swap: of any number of callers that rename one name away
 * only one finds it, and a name is never used twice.
 */
export function fileStore(root: string): MfaStore {
  async function load(folder: string): Promise<Current | null> {
    for (let torn = 0; torn < MAX_TORN_READS; torn += 1) {
      const names = await missingIsNull(readdir(join(root, folder)));
      // No record lets a user in without a second factor: a disk that is gone must not pass for a user that is.
      if (names === null) await access(root);
      if (names === null || names.includes('head-')) return null;
      const file = names.find((name) => name.startsWith('head-'))?.replace('head-', '');
      const data = file && (await missingIsNull(readFile(join(root, folder, `data-${file}`), 'utf8')));
      if (data) return { file, user: JSON.parse(data) };
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
      const current = await load(folderOf(userId));
      return current && { revision: current.user.revision, record: current.user.record };
    },

    async commit({ userId, expected, next, events }: Swap): Promise<boolean> {
      const current = await load(folderOf(userId));
      // A driver may send one commit twice.
      if (next !== null && current?.user.revision === next.revision) return true;
      if ((current?.user.revision ?? null) !== expected) return false;
      if (current === null && next === null) return true;

      const path = (name: string): string => join(root, folderOf(userId), name);
      const file = next === null ? '' : randomUUID();
      if (current === null) await createFolder(folderOf(userId));
      if (next !== null) {
        const user: UserData = { userId, ...next, events: events === 'erase' ? [] : joined(current, events) };
        await writeDurably(path(`data-${file}`), JSON.stringify(user));
      }
      // Here, and only here, it is decided. Whoever comes second finds the name gone.
      const head = `head-${current?.file ?? ''}`;
      const swapped = (await missingIsNull(rename(path(head), path(`head-${file}`)))) !== null;
      if (swapped) await syncFolder(path('.'));
      const superseded = swapped ? current?.file : file;
      if (superseded) await rm(path(`data-${superseded}`));
      return swapped || (next !== null && (await load(folderOf(userId)))?.user.revision === next.revision);
    },

    async events(userId: string, { before = Infinity, limit }): Promise<readonly MfaEvent[]> {
      const current = await load(folderOf(userId));
      const older = (current?.user.events ?? []).filter((event) => event.seq < before);
      return older.reverse().slice(0, limit);
    },

    async scan({ after, limit }): Promise<readonly ScannedRecord[]> {
      // In the order of the hashes: any order will do that stays the same.
      const names = (await readdir(root)).filter((name) => name.length === 64).sort();
      const page: ScannedRecord[] = [];
      for (const name of names) {
        if (page.length === limit) break;
        if (after !== undefined && name <= folderOf(after)) continue;
        const user = (await load(name))?.user;
        if (user) page.push({ userId: user.userId, revision: user.revision, record: user.record });
      }
      return page;
    },
  };
}

/** Any user id makes a safe name of one length: no slashes, no case, and not the id itself. */
function folderOf(userId: string): string {
  return createHash('sha256').update(userId).digest('hex');
}

/** The stored events and the new ones. Throws instead of storing a number twice. */
function joined(current: Current | null, added: readonly MfaEvent[]): readonly MfaEvent[] {
  const stored = current?.user.events ?? [];
  const seqs = new Set(stored.map(({ seq }) => seq));
  for (const { seq } of added) if (seqs.has(seq)) throw new Error(`Event ${seq} is stored already.`);
  return [...stored, ...added];
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

/** Null if there is no such file. Every other error is thrown: the core makes `store_unavailable` of it. */
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
