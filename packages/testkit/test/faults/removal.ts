/** Faults of removal: what stays, and what goes although it should stay. */
import type { MfaEvent } from '@mfakit/core';
import { force, type BrokenStore, listed } from '../broken-store.ts';

export const removalFaults: readonly BrokenStore[] = [
  {
    name: 'removes nothing',
    breaks: (sound) => ({
      async commit(commit) {
        if (commit.next !== null) return sound.commit(commit);
        return ((await sound.read(commit.userId))?.revision ?? null) === commit.expected;
      },
    }),
    fails: ['commit: next null removes the record'],
  },
  {
    name: 'keeps the events of a removed user',
    breaks(sound) {
      const log: MfaEvent[] = [];
      return {
        async commit(commit) {
          const answer = await sound.commit(commit);
          if (answer) log.push(...structuredClone(listed(commit.events)));
          return answer;
        },
        events: async (userId, { before = Infinity, limit }) =>
          structuredClone(log)
            .filter((event) => event.userId === userId && event.seq < before)
            .reverse()
            .slice(0, limit),
      };
    },
    fails: [
      'commit: next null removes all events of the user',
      'commit: a user stored anew after a removal has none of the old events',
      'lifecycle: a user who was forgotten starts from nothing',
    ],
  },
  {
    name: 'removes whatever revision is stored',
    breaks: (sound) => ({
      async commit(commit) {
        const exists = (await sound.read(commit.userId)) !== null;
        return exists && commit.next === null && commit.expected !== null ? force(sound, commit) : sound.commit(commit);
      },
    }),
    fails: ['commit: next null with a wrong expected revision answers false and removes nothing'],
  },
  {
    name: 'removes a record where none is expected',
    breaks: (sound) => ({
      commit: (commit) =>
        commit.next === null && commit.expected === null ? force(sound, commit) : sound.commit(commit),
    }),
    fails: ['commit: next null with expected null where a record is stored answers false and removes nothing'],
  },
  {
    name: 'answers false to the removal of nothing',
    breaks: (sound) => ({
      commit: async (commit) => (commit.next !== null || commit.expected !== null) && sound.commit(commit),
    }),
    fails: ['commit: next null with expected null where nothing is stored answers true'],
  },
  {
    name: 'answers true to the removal of what is gone',
    breaks: (sound) => ({
      commit: async (commit) =>
        (commit.next === null && (await sound.read(commit.userId)) === null) || sound.commit(commit),
    }),
    fails: ['commit: next null with an expected revision where nothing is stored answers false'],
  },
];
