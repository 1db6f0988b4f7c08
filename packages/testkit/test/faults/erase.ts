/** Faults of `events: 'erase'`: what stays, and what goes although it should stay. */
import type { MfaStore, Swap } from '@mfakit/core';
import { ALL, force, type BrokenStore } from '../broken-store.ts';

/** Breaks only the commits that erase. */
function erasingBy(erase: (sound: MfaStore, commit: Swap) => Promise<boolean>): BrokenStore['breaks'] {
  return (sound) => ({
    commit: (commit) => (commit.events === 'erase' ? erase(sound, commit) : sound.commit(commit)),
  });
}

/** Takes the events of a user, and nothing else, whatever happens meanwhile. */
async function takeEvents(sound: MfaStore, userId: string): Promise<void> {
  for (;;) {
    const current = await sound.read(userId);
    if (current === null) return;
    const aside = { userId, expected: current.revision, next: { ...current, revision: 'aside' }, events: 'erase' };
    if (!(await sound.commit(aside as Swap))) continue;
    await sound.commit({ userId, expected: 'aside', next: current, events: [] });
    return;
  }
}

export const eraseFaults: readonly BrokenStore[] = [
  {
    name: 'takes `erase` for no events',
    breaks: erasingBy((sound, commit) => sound.commit({ ...commit, events: [] })),
    fails: [
      'commit: erase stores the record and removes all events of the user',
      'commit: after an erase events go on, above the erased ones or from the start',
      'commit: an erase that is sent twice answers true',
    ],
  },
  {
    name: 'takes `erase` for a removal',
    breaks: erasingBy((sound, commit) => sound.commit({ ...commit, next: null, events: [] })),
    fails: [
      'commit: erase stores the record and removes all events of the user',
      'commit: erase with expected null stores the first record of a user',
    ],
  },
  {
    name: 'erases the events of every user',
    breaks: erasingBy(async (sound, commit) => {
      const answer = await sound.commit(commit);
      for (const { userId } of answer ? await sound.scan({ limit: ALL }) : []) await takeEvents(sound, userId);
      return answer;
    }),
    fails: ['commit: erase leaves the events of other users'],
  },
  {
    name: 'erases the events of users whose id begins alike',
    breaks: erasingBy(async (sound, commit) => {
      const answer = await sound.commit(commit);
      for (const { userId } of answer ? await sound.scan({ limit: ALL }) : []) {
        if (userId.startsWith(commit.userId)) await takeEvents(sound, userId);
      }
      return answer;
    }),
    fails: ['commit: erase leaves the events of other users'],
  },
  {
    name: 'erases only where a record is',
    breaks: erasingBy(async (sound, commit) => commit.expected !== null && sound.commit(commit)),
    fails: ['commit: erase with expected null stores the first record of a user'],
  },
  {
    name: 'erases although the swap was lost',
    breaks: erasingBy(async (sound, commit) => {
      const answer = await sound.commit(commit);
      if (!answer) await takeEvents(sound, commit.userId);
      return answer;
    }),
    fails: ['commit: an erase that is lost removes nothing'],
  },
  {
    name: 'erases whatever revision is stored',
    breaks: erasingBy(async (sound, commit) =>
      (await sound.read(commit.userId)) === null ? sound.commit(commit) : force(sound, commit),
    ),
    fails: ['commit: an erase that is lost removes nothing'],
  },
  {
    name: 'stores the record first and erases in a second step',
    breaks: erasingBy(async (sound, commit) => {
      if (!(await sound.commit({ ...commit, events: [] }))) return false;
      await new Promise(setImmediate);
      await takeEvents(sound, commit.userId);
      return true;
    }),
    fails: ['commit: an erase takes no event of a later commit'],
  },
  {
    name: 'compares, then erases',
    breaks: erasingBy(async (sound, commit) => {
      const current = await sound.read(commit.userId);
      if ((current?.revision ?? null) !== commit.expected) return false;
      await new Promise(setImmediate);
      return force(sound, commit);
    }),
    fails: ['commit: of an erase and an update in parallel exactly one answers true'],
  },
];
