/** Cases of `pruneEvents`, which a store may have. */
import { checkEqual } from '../check.ts';
import { SAMPLE_INSTANT, sampleEvents, sampleRecord, version } from '../samples.ts';
import { expectEvents, expectRecord, store } from '../steps.ts';
import type { CaseGroup } from '../store-case.ts';

export const retentionCases: CaseGroup = {
  async 'pruneEvents: removes the events from before an instant, of every user, and nothing else'(_, connections) {
    for (const connection of connections) {
      if (connection.pruneEvents === undefined) continue;
      const users = ['alice', 'bob', 'a:1', 'z'].map((userId) => ({ userId, next: version(sampleRecord(9)) }));
      for (const { userId, next } of users) {
        await store(connection, { userId, next, events: sampleEvents(userId, 1, 9) });
      }
      // An event is a millisecond older than the one after it.
      for (const [before, removed, oldest] of [
        [0, 0, 1],
        [4, 12, 4],
        [4, 0, 4],
        [9, 20, 9],
      ] as const) {
        const answer = await connection.pruneEvents({ before: new Date(SAMPLE_INSTANT + before) });
        checkEqual(answer, removed, 'pruneEvents tells how many events it has removed');
        for (const { userId, next } of users) {
          await expectRecord(connection, userId, next);
          await expectEvents(connection, userId, sampleEvents(userId, oldest, 9));
        }
      }
      const wrong: unknown = await (async () => connection.pruneEvents?.({ before: new Date(Number.NaN) }))().catch(
        (error: unknown) => error instanceof RangeError,
      );
      checkEqual(wrong, true, 'pruneEvents throws a RangeError if `before` is no instant, and removes nothing');
      for (const { userId, next } of users) {
        await expectEvents(connection, userId, sampleEvents(userId, 9, 9));
        await store(connection, { userId, expected: next.revision, next: null });
      }
    }
  },
};
