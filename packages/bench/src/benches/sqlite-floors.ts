/** Floors of the disk: fewer statements than a verify needs, in fewer transactions, and no database at all. */
import { sqliteStore } from '@mfakit/sqlite';
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../application.ts';
import type { Candidate } from '../interleave.ts';
import { recordedCommits, type Recorded } from '../recorded-commits.ts';
import type { SqliteFile } from '../sqlite-file.ts';

/** What one commit appends to the log of SQLite: two pages, each with its header. */
const APPENDED_BYTES = 2 * (4096 + 24);

/**
 * Swaps of records with texts made beforehand. Nothing is read, and no event is stored.
 * @param group - how many share a transaction
 */
export async function updatesAlone(
  name: string,
  { database }: SqliteFile,
  samples: number,
  group: number,
): Promise<Candidate> {
  const record = await recordedCommits(sqliteStore(database), samples);
  const update = database.prepare(
    'UPDATE mfa_record SET revision = ?, record = ? WHERE user_id = ? AND revision = ? RETURNING 1',
  );
  let commits: readonly Recorded[] = [];
  return {
    name,
    operations: samples,
    prepare: async () => {
      commits = await record();
    },
    run: async () => {
      for (let first = 0; first < samples; first += group) {
        database.exec('BEGIN IMMEDIATE');
        for (let index = first; index < Math.min(first + group, samples); index += 1) {
          const { userId, expected, revision, record: json } = at(commits, index);
          if (update.all(revision, json, userId, expected).length !== 1) throw new Error('the swap was lost');
        }
        database.exec('COMMIT');
        await new Promise(setImmediate);
      }
    },
  };
}

/** What the disk takes to keep a commit: as many bytes at the end of a file, and `fdatasync`. Remove it at the end. */
export function appends(name: string, samples: number): Candidate & { readonly remove: () => void } {
  const path = join(tmpdir(), `mfakit-bench-append-${process.pid}`);
  const file = openSync(path, 'w');
  const bytes = Buffer.alloc(APPENDED_BYTES, 1);
  return {
    name,
    operations: samples,
    run: async () => {
      for (let index = 0; index < samples; index += 1) {
        writeSync(file, bytes);
        fdatasyncSync(file);
        await new Promise(setImmediate);
      }
    },
    remove: () => {
      closeSync(file);
      rmSync(path);
    },
  };
}
