/** Faults of revisions: two that look alike are taken for one. */
import type { MfaStore } from '@mfakit/core';
import type { BrokenStore } from '../broken-store.ts';

const LONG = 'commit: revisions of 32 characters that differ in one are two';
const NUMBERS = 'commit: revisions that look like numbers are plain text';

/** Takes two revisions for one where a swap is compared. */
const comparing =
  (same: (stored: string, expected: string) => boolean) =>
  (sound: MfaStore): Partial<MfaStore> => ({
    async commit(commit) {
      const stored = (await sound.read(commit.userId))?.revision ?? null;
      const taken = stored !== null && commit.expected !== null && same(stored, commit.expected);
      return sound.commit(taken ? { ...commit, expected: stored } : commit);
    },
  });

/** Takes two revisions for one where it looks whether a commit has landed. */
const landing =
  (same: (stored: string, next: string) => boolean) =>
  (sound: MfaStore): Partial<MfaStore> => ({
    async commit(commit) {
      const stored = (await sound.read(commit.userId))?.revision;
      if (stored !== undefined && commit.next !== null && same(stored, commit.next.revision)) return true;
      return sound.commit(commit);
    },
  });

const cut =
  (from: number, to: number) =>
  (one: string, other: string): boolean =>
    one.slice(from, to) === other.slice(from, to);
const asNumbers = (one: string, other: string): boolean => Number(one) === Number(other);
const collated = (one: string, other: string): boolean => one.localeCompare(other, 'en', { numeric: true }) === 0;
const parsed = (one: string, other: string): boolean => Number.parseFloat(one) === Number.parseFloat(other);

export const revisionFaults: readonly BrokenStore[] = [
  { name: 'compares 31 characters of a revision', breaks: comparing(cut(0, 31)), fails: [LONG] },
  { name: 'compares all but the first character of a revision', breaks: comparing(cut(1, 32)), fails: [LONG] },
  {
    name: 'compares the ends of a revision',
    breaks: comparing((one, other) => cut(0, 16)(one, other) && cut(17, 32)(one, other)),
    fails: [LONG],
  },
  { name: 'takes revisions that begin alike for one that has landed', breaks: landing(cut(0, 31)), fails: [LONG] },
  { name: 'compares revisions as numbers', breaks: comparing(asNumbers), fails: [NUMBERS] },
  { name: 'compares revisions as numbers if they begin so', breaks: comparing(parsed), fails: [NUMBERS] },
  { name: 'compares revisions by a collation that counts', breaks: comparing(collated), fails: [NUMBERS] },
  { name: 'takes revisions that are one number for one that has landed', breaks: landing(asNumbers), fails: [NUMBERS] },
  {
    name: 'gives revisions that look like numbers as numbers',
    breaks: (sound) => ({
      async read(userId) {
        const stored = await sound.read(userId);
        const number = Number(stored?.revision);
        return stored && Number.isNaN(number) ? stored : stored && { ...stored, revision: number as unknown as string };
      },
    }),
    fails: [NUMBERS, 'read: revisions of 1 to 32 characters come back exactly'],
  },
];
