/** Faults of long histories: events that are dropped, hidden or out of order because there are many, or because they are high. */
import type { MfaEvent, MfaStore } from '@mfakit/core';
import { ALL, type BrokenStore, listed } from '../broken-store.ts';

const MANY = 'events: a page of 200 holds 200, and a history of 250 is kept in full';
const HIGH = 'events: numbers keep their order at every length, 999,999 before 1,000,000';

/** Gives a page of what is left of all events of a user, newest first. */
const keeping =
  (left: (events: readonly MfaEvent[]) => readonly MfaEvent[]) =>
  (sound: MfaStore): Partial<MfaStore> => ({
    events: async (userId, { before = Infinity, limit }) =>
      left(await sound.events(userId, { limit: ALL }))
        .filter((event) => event.seq < before)
        .slice(0, limit),
  });

/** Puts events in the order of what it stores as their number. */
const ordering = (key: (seq: number) => number | string): ((sound: MfaStore) => Partial<MfaStore>) =>
  keeping((events) => events.toSorted((one, other) => (key(one.seq) < key(other.seq) ? 1 : -1)));

/** Stores another number than it was given. */
const storing =
  (change: (seq: number) => number) =>
  (sound: MfaStore): Partial<MfaStore> => ({
    commit(commit) {
      if (commit.events === 'erase') return sound.commit(commit);
      return sound.commit({ ...commit, events: commit.events.map((event) => ({ ...event, seq: change(event.seq) })) });
    },
  });

export const historyFaults: readonly BrokenStore[] = [
  {
    name: 'gives no more than a hundred events at once',
    breaks: (sound) => ({
      events: (userId, page) => sound.events(userId, { ...page, limit: Math.min(page.limit, 100) }),
    }),
    fails: [MANY],
  },
  { name: 'keeps the hundred newest events', breaks: keeping((events) => events.slice(0, 100)), fails: [MANY] },
  { name: 'keeps the two hundred newest events', breaks: keeping((events) => events.slice(0, 200)), fails: [MANY] },
  { name: 'keeps the two hundred oldest events', breaks: keeping((events) => events.slice(-200)), fails: [MANY] },
  {
    name: 'drops events without a word once there are a hundred',
    breaks: (sound) => ({
      async commit(commit) {
        const full = (await sound.events(commit.userId, { limit: ALL })).length >= 100;
        return sound.commit(full && listed(commit.events).length > 0 ? { ...commit, events: [] } : commit);
      },
    }),
    fails: [MANY],
  },
  {
    name: 'keeps a hundred events of one commit',
    breaks: (sound) => ({
      commit: (commit) => sound.commit({ ...commit, events: listed(commit.events).slice(0, 100) }),
    }),
    fails: [MANY],
  },
  { name: 'pads numbers to four digits', breaks: ordering((seq) => String(seq).padStart(4, '0')), fails: [HIGH] },
  { name: 'pads numbers to six digits', breaks: ordering((seq) => String(seq).padStart(6, '0')), fails: [HIGH] },
  { name: 'pads numbers to ten digits', breaks: ordering((seq) => String(seq).padStart(10, '0')), fails: [HIGH] },
  { name: 'orders numbers of 32 bits', breaks: ordering((seq) => seq | 0), fails: [HIGH] },
  { name: 'keeps numbers in 16 bits', breaks: storing((seq) => seq & 0xffff), fails: [HIGH] },
  { name: 'keeps numbers in 31 bits at most', breaks: storing((seq) => Math.min(seq, 2 ** 31 - 1)), fails: [HIGH] },
  { name: 'keeps numbers in single precision', breaks: storing(Math.fround), fails: [HIGH] },
];
