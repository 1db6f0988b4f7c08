/** Faults of event pages: their order, their limits and whose they are. */
import type { MfaEvent } from '@mfakit/core';
import { ALL, type BrokenStore, listed } from '../broken-store.ts';

export const eventFaults: readonly BrokenStore[] = [
  {
    name: 'gives null for no events',
    breaks: (sound) => ({
      async events(userId, page) {
        const found = await sound.events(userId, page);
        return found.length > 0 ? found : (null as unknown as readonly MfaEvent[]);
      },
    }),
    fails: ['events: a user of whom nothing is stored has none'],
  },
  {
    name: 'gives events oldest first',
    breaks: (sound) => ({ events: async (userId, page) => (await sound.events(userId, page)).toReversed() }),
    fails: ['events: newest first'],
  },
  {
    name: 'sorts events by their number as text',
    breaks: (sound) => ({
      events: async (userId, page) =>
        (await sound.events(userId, page)).toSorted((one, other) => (String(one.seq) < String(other.seq) ? 1 : -1)),
    }),
    fails: ['events: newest first'],
  },
  {
    name: 'ignores the limit of events',
    breaks: (sound) => ({ events: (userId, page) => sound.events(userId, { ...page, limit: ALL }) }),
    fails: ['events: no more than limit, and the newest of them'],
  },
  {
    name: 'gives the oldest events of a page',
    breaks: (sound) => ({
      events: async (userId, page) => (await sound.events(userId, { ...page, limit: ALL })).slice(-page.limit),
    }),
    fails: ['events: no more than limit, and the newest of them'],
  },
  {
    name: 'includes `before`',
    breaks: (sound) => ({
      events: (userId, { before, limit }) =>
        sound.events(userId, before === undefined ? { limit } : { before: before + 1, limit }),
    }),
    fails: ['events: only those before `before`', 'events: pages of any size meet every event exactly once'],
  },
  {
    name: 'ignores a `before` of 0',
    breaks: (sound) => ({
      events: (userId, { before, limit }) => sound.events(userId, before ? { before, limit } : { limit }),
    }),
    fails: ['events: only those before `before`'],
  },
  {
    name: 'keeps one list of events for all users',
    breaks(sound) {
      const log: MfaEvent[] = [];
      return {
        async commit(commit) {
          const answer = await sound.commit(commit);
          if (answer) log.push(...structuredClone(listed(commit.events)));
          return answer;
        },
        events: async (_userId, { before = Infinity, limit }) =>
          structuredClone(log)
            .filter((event) => event.seq < before)
            .reverse()
            .slice(0, limit),
      };
    },
    fails: ['events: those of other users are never given', 'events: a user of whom nothing is stored has none'],
  },
];
