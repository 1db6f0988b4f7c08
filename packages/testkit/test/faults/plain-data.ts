/** Faults of memory shared with the caller. */
import type { MfaEvent, ScannedRecord, StoredRecord } from '@mfakit/core';
import { type BrokenStore } from '../broken-store.ts';

/** Gives one and the same object for as long as the answer stays the same. */
function sharing<T>(answers: Map<string, T>, key: string, fresh: T): T {
  const id = `${key} ${JSON.stringify(fresh)}`;
  const answer = answers.get(id) ?? fresh;
  answers.set(id, answer);
  return answer;
}

export const plainDataFaults: readonly BrokenStore[] = [
  {
    name: 'keeps the object that it was given',
    breaks(sound) {
      const kept = new Map<string, StoredRecord | null>();
      return {
        async commit(commit) {
          const answer = await sound.commit(commit);
          if (answer) kept.set(commit.userId, commit.next);
          return answer;
        },
        read: async (userId) => structuredClone(kept.get(userId) ?? null),
      };
    },
    fails: ['commit: what the caller changes afterwards in what it gave is not stored'],
  },
  {
    name: 'turns the events that it was given around',
    breaks: (sound) => ({
      async commit(commit) {
        const answer = await sound.commit(commit);
        (commit.events as MfaEvent[]).reverse();
        return answer;
      },
    }),
    fails: ['commit: what the caller gave is not changed'],
  },
  {
    name: 'gives the record that it holds',
    breaks(sound) {
      const answers = new Map<string, StoredRecord | null>();
      return { read: async (userId) => sharing(answers, userId, await sound.read(userId)) };
    },
    fails: ['read: what the caller changes in an answer is not stored'],
  },
  {
    name: 'gives the events that it holds',
    breaks(sound) {
      const answers = new Map<string, readonly MfaEvent[]>();
      return { events: async (userId, page) => sharing(answers, userId, await sound.events(userId, page)) };
    },
    fails: ['events: what the caller changes in an answer is not stored'],
  },
  {
    name: 'gives the scanned records that it holds',
    breaks(sound) {
      const answers = new Map<string, readonly ScannedRecord[]>();
      return { scan: async (page) => sharing(answers, '', await sound.scan(page)) };
    },
    fails: ['scan: what the caller changes in an answer is not stored'],
  },
];
