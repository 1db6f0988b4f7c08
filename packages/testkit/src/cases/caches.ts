/** Cases of reads that are under way while something is stored: what they saw may be kept by no cache. */
import type { MfaStore, StoredRecord } from '@mfakit/core';
import { sampleEvent, sampleEvents, version } from '../samples.ts';
import { EVERYTHING, expectEvents, expectRecord, store, together } from '../steps.ts';
import type { CaseGroup, TestStore } from '../store-case.ts';

const ROUNDS = 6;

/** Runs a write with reads before and beside it. They may see either state; what they saw must not stay. */
async function amongReads(
  target: MfaStore,
  { connections, userId, round }: { connections: TestStore['connections']; userId: string; round: number },
  write: () => Promise<void>,
): Promise<void> {
  const ask = (): Promise<unknown>[] =>
    connections.flatMap((connection) => [
      connection.read(userId),
      connection.events(userId, { limit: EVERYTHING }),
      target.read(userId),
    ]);
  // The last of those that fill a cache wins: in some rounds that is one from before.
  await together([...ask(), write(), ...(round % 3 === 0 ? ask() : [])]);
}

/** Expects every connection to see what is stored now. */
async function expectEverywhere(
  connections: TestStore['connections'],
  userId: string,
  stored: { readonly next: StoredRecord | null; readonly newest: number },
): Promise<void> {
  for (const connection of connections) {
    await expectRecord(connection, userId, stored.next);
    await expectEvents(connection, userId, sampleEvents(userId, 1, stored.newest));
  }
}

export const cacheCases: CaseGroup = {
  async 'read: one that is under way during an insert hides it from no later one'(target, connections) {
    for (let round = 0; round < ROUNDS; round += 1) {
      const userId = `user-${round}`;
      const next = version(1);
      await amongReads(target, { connections, userId, round }, () =>
        store(target, { userId, next, events: [sampleEvent(userId, 1)] }),
      );
      await expectEverywhere(connections, userId, { next, newest: 1 });
    }
  },

  async 'read: one that is under way during an update or a removal hides it from no later one'(target, connections) {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const next of [version(2), null]) {
        const userId = `user-${round}-${next === null ? 'removed' : 'updated'}`;
        const first = version(1);
        await store(target, { userId, next: first, events: [sampleEvent(userId, 1)] });
        // What is remembered already must be forgotten, and what is on its way must not be remembered.
        if (round % 2 === 1) await expectEverywhere(connections, userId, { next: first, newest: 1 });
        const events = next === null ? [] : [sampleEvent(userId, 2)];
        await amongReads(target, { connections, userId, round }, () =>
          store(target, { userId, expected: first.revision, next, events }),
        );
        await expectEverywhere(connections, userId, { next, newest: next === null ? 0 : 2 });
      }
    }
  },
};
