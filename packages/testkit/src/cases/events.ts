/** Cases of events: their order, their pages and whose they are. */
import type { MfaStore } from '@mfakit/core';
import { checkEqual } from '../check.ts';
import { sampleEvents, version } from '../samples.ts';
import { EVERYTHING, expectEvents, store } from '../steps.ts';
import type { CaseGroup } from '../store-case.ts';

/** Twelve: sorted as text, 10 would come before 9. */
const STORED = 12;

/** Stores a user with twelve events, some of them in one commit. */
async function twelveEvents(target: MfaStore, userId: string): Promise<void> {
  let expected: string | null = null;
  for (const [from, to] of [
    [1, 5],
    [6, 6],
    [7, 12],
  ] as const) {
    const next = version(to);
    await store(target, { userId, expected, next, events: sampleEvents(userId, from, to) });
    expected = next.revision;
  }
}

/** Expects a page to hold exactly these numbers. */
async function expectPage(
  target: MfaStore,
  page: { readonly before?: number; readonly limit: number },
  seqs: readonly number[],
): Promise<void> {
  const found = await target.events('alice', page);
  const asked = `events before ${page.before ?? 'the end'}, ${page.limit} at most`;
  checkEqual(
    found.map((event) => event.seq),
    seqs,
    `a page holds the newest events below \`before\`, no more than \`limit\`, newest first (${asked})`,
  );
}

export const eventCases: CaseGroup = {
  async 'events: a user of whom nothing is stored has none'(target) {
    await expectEvents(target, 'alice', []);
    await twelveEvents(target, 'bob');
    await expectEvents(target, 'alice', []);
    await expectPage(target, { before: 5, limit: 1 }, []);
  },

  async 'events: newest first'(target) {
    await twelveEvents(target, 'alice');
    await expectEvents(target, 'alice', sampleEvents('alice', 1, STORED));
  },

  async 'events: no more than limit, and the newest of them'(target) {
    await twelveEvents(target, 'alice');
    await expectPage(target, { limit: 1 }, [12]);
    await expectPage(target, { limit: 4 }, [12, 11, 10, 9]);
    await expectPage(target, { limit: STORED }, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    await expectPage(target, { limit: STORED + 1 }, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    await expectPage(target, { before: 3, limit: 1 }, [2]);
  },

  async 'events: only those before `before`'(target) {
    await twelveEvents(target, 'alice');
    await expectPage(target, { before: 3, limit: EVERYTHING }, [2, 1]);
    await expectPage(target, { before: 2, limit: EVERYTHING }, [1]);
    await expectPage(target, { before: 1, limit: EVERYTHING }, []);
    await expectPage(target, { before: 0, limit: EVERYTHING }, []);
    await expectPage(target, { before: 11, limit: 3 }, [10, 9, 8]);
    await expectPage(target, { before: 12, limit: 2 }, [11, 10]);
    await expectPage(target, { before: 13, limit: 2 }, [12, 11]);
    await expectPage(target, { before: Number.MAX_SAFE_INTEGER, limit: 2 }, [12, 11]);
  },

  async 'events: pages of any size meet every event exactly once'(target) {
    await twelveEvents(target, 'alice');
    for (const limit of [1, 2, 5, STORED]) {
      const seen: number[] = [];
      while (seen.length <= STORED) {
        const before = seen.at(-1);
        const page = await target.events('alice', before === undefined ? { limit } : { before, limit });
        if (page.length === 0) break;
        seen.push(...page.map((event) => event.seq));
      }
      checkEqual(seen, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], `pages of ${limit} meet every event exactly once`);
    }
  },

  async 'events: those of other users are never given'(target) {
    for (const userId of ['alice', 'bob', 'carol']) await twelveEvents(target, userId);
    for (const userId of ['alice', 'bob', 'carol']) {
      await expectEvents(target, userId, sampleEvents(userId, 1, STORED));
    }
    await expectPage(target, { before: 4, limit: EVERYTHING }, [3, 2, 1]);
  },
};
