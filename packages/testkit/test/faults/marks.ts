/** Faults of marks. */
import type { MfaStore, ScannedRecord, Swap } from '@mfakit/core';
import type { BrokenStore } from '../broken-store.ts';
import { markedStore, type MarkedStore } from '../marked-store.ts';

const HISTORIES = [1, 2, 3].map(
  (seed) => `marks: by them, list and stats tell what reading every record tells, in history ${seed}`,
);

const fault = (
  name: string,
  breaks: (sound: MarkedStore) => Partial<MfaStore>,
  fails: readonly string[] = HISTORIES,
): BrokenStore => ({
  name,
  breaks: (sound) => {
    const marked = markedStore(sound);
    return { ...marked, ...breaks(marked) };
  },
  fails,
});

const hasMarks = (sound: MarkedStore, { userId }: ScannedRecord): boolean => sound.marksOf(userId) !== undefined;

export const markFaults: readonly BrokenStore[] = [
  fault('counts nobody by marks', () => ({ countMarks: async () => [] })),
  fault('finds nobody by a tag', (sound) => ({
    scan: async (page) => (page.marked === undefined || page.marked.tag === null ? sound.scan(page) : []),
  })),
  fault('leaves records without marks out of a scan by a tag', (sound) => ({
    scan: async (page) => {
      if (page.marked === undefined || page.marked.tag === null) return sound.scan(page);
      return (await sound.scan({ ...page, limit: 200 })).filter((row) => hasMarks(sound, row)).slice(0, page.limit);
    },
  })),
  fault('keeps the first marks of a user', (sound) => ({
    commit: (swap: Swap) => sound.commit({ ...swap, marks: sound.marksOf(swap.userId) ?? swap.marks }),
  })),
  fault(
    'keeps the marks of the commit before if one brings none',
    (sound) => ({
      commit: (swap: Swap) => sound.commit({ ...swap, marks: swap.marks ?? sound.marksOf(swap.userId) }),
    }),
    HISTORIES.slice(2),
  ),
  fault('counts a lock that has ended', (sound) => ({ countMarks: () => sound.countMarks(0) }), HISTORIES.slice(0, 2)),
];
