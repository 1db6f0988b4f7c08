/** BrokenStore: the memory store with one promise of the port broken. */
import type { MfaEvent, MfaStore, Swap } from '@mfakit/core';

/** A store that breaks one promise. */
export interface BrokenStore {
  /** What it does wrong. */
  readonly name: string;
  /** The broken methods over a store that is sound. */
  readonly breaks: (sound: MfaStore) => Partial<MfaStore>;
  /** Cases that must notice. */
  readonly fails: readonly string[];
  /** Broken on the second of two connections only. */
  readonly secondOnly?: true;
  /** It leaves a call without an answer: the deadline of the case must notice, and name the call. */
  readonly hangs?: true;
}

/** A page of everything. */
export const ALL = 10_000;

/** Commits whatever is stored. Events are numbered on: a sound store would refuse two with one number. */
export async function force(sound: MfaStore, commit: Swap): Promise<true> {
  for (;;) {
    const current = await sound.read(commit.userId);
    const newest = (await sound.events(commit.userId, { limit: 1 }))[0]?.seq ?? 0;
    const events =
      commit.events === 'erase'
        ? commit.events
        : commit.events.map((event, i) => ({ ...event, seq: Math.max(event.seq, newest + 1 + i) }));
    if (await sound.commit({ ...commit, expected: current?.revision ?? null, events })) return true;
  }
}

/** The events that a commit adds. */
export function listed(events: Swap['events']): readonly MfaEvent[] {
  return events === 'erase' ? [] : events;
}

/** Waits until everything that is ready has gone on. */
export const aMoment = (): Promise<void> => new Promise(setImmediate);

/** Takes several user ids for one. */
export const foldIds =
  (fold: (userId: string) => string) =>
  (sound: MfaStore): Partial<MfaStore> => ({
    read: (userId) => sound.read(fold(userId)),
    commit: (commit) => sound.commit({ ...commit, userId: fold(commit.userId) }),
    events: (userId, page) => sound.events(fold(userId), page),
  });
