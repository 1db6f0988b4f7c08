/** Cases of revisions: two that look alike are two. */
import type { MfaStore } from '@mfakit/core';
import { sampleEvent, version } from '../samples.ts';
import { expectEvents, expectRecord, lose, store } from '../steps.ts';
import type { CaseGroup } from '../store-case.ts';

const LONG = 'f3Zk9QxW_7bN2-mRtYc1LdVhGjPaSeUo';

/** Each differs from the one before it in one character: the last, the first, or one in between. */
const LONG_ONES = [
  LONG,
  `${LONG.slice(0, 31)}p`,
  `g${LONG.slice(1, 31)}p`,
  `g${LONG.slice(1, 16)}H${LONG.slice(17, 31)}p`,
];

/** Neighbors are one number, or one value of some other type. */
const NUMBERS = ['1000', '1e3', '1000.0', '+1000', '7', '007', '0x7', '0', '-0', '0e5'];

/** Stores each revision over the one before it, and expects that it is taken for none of the others. */
async function expectDistinct(target: MfaStore, revisions: readonly string[]): Promise<void> {
  let expected: string | null = null;
  for (const [index, revision] of revisions.entries()) {
    const seq = index + 1;
    const next = { ...version(seq), revision };
    // Were it taken for the stored one, this would be a commit that has landed already, and nothing would be stored.
    await store(target, { userId: 'alice', expected, next, events: [sampleEvent('alice', seq)] });
    await expectRecord(target, 'alice', next);
    for (const other of revisions) {
      if (other === revision) continue;
      await lose(target, { userId: 'alice', expected: other, next: { ...version(), revision: `lost-${seq}` } });
    }
    const neighbor = revisions[index ^ 1] ?? revisions[0] ?? '';
    await lose(target, { userId: 'alice', expected: neighbor, next: null });
    await expectRecord(target, 'alice', next);
    expected = revision;
  }
  const events = revisions.map((_, index) => sampleEvent('alice', index + 1));
  await expectEvents(target, 'alice', events);
}

export const revisionCases: CaseGroup = {
  'commit: revisions of 32 characters that differ in one are two': (target) => expectDistinct(target, LONG_ONES),

  'commit: revisions that look like numbers are plain text': (target) => expectDistinct(target, NUMBERS),
};
