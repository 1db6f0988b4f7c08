/** Faults that show only where callers race. */
import type { Swap, MfaStore } from '@mfakit/core';
import { force, type BrokenStore } from '../broken-store.ts';

/** Compares first and writes later, with a gap between. */
async function compareThenWrite(sound: MfaStore, commit: Swap): Promise<boolean> {
  const current = await sound.read(commit.userId);
  if ((current?.revision ?? null) !== commit.expected) return false;
  await new Promise(setImmediate);
  return force(sound, commit);
}

export const raceFaults: readonly BrokenStore[] = [
  {
    name: 'compares, then inserts',
    breaks: (sound) => ({
      commit: (commit) => (commit.expected === null ? compareThenWrite(sound, commit) : sound.commit(commit)),
    }),
    fails: ['commit: of fifty parallel inserts of one user exactly one answers true'],
  },
  {
    name: 'compares, then updates',
    breaks: (sound) => ({
      commit: (commit) =>
        commit.expected === null || commit.next === null ? sound.commit(commit) : compareThenWrite(sound, commit),
    }),
    fails: [
      'commit: of fifty parallel commits with one expected revision exactly one answers true',
      'commit: callers that read, decide and swap in parallel lose no update',
      'lifecycle: of fifty parallel verifications with one code exactly one succeeds',
      'lifecycle: of two hundred parallel wrong guesses exactly ten are answered',
      'lifecycle: different backup codes used in parallel all count, each of them once',
    ],
  },
  {
    name: 'compares, then removes',
    breaks: (sound) => ({
      commit: (commit) => (commit.next === null ? compareThenWrite(sound, commit) : sound.commit(commit)),
    }),
    fails: ['commit: of an update and a removal in parallel exactly one answers true'],
  },
  {
    name: 'answers false while it is busy with another user',
    breaks(sound) {
      let busy = false;
      return {
        async commit(commit) {
          if (busy) return false;
          busy = true;
          return sound.commit(commit).finally(() => (busy = false));
        },
      };
    },
    fails: ['commit: parallel commits for different users all answer true'],
  },
  {
    name: 'loses a swap now and then for no reason',
    breaks(sound) {
      let commits = 0;
      return { commit: async (commit) => ++commits % 7 !== 0 && sound.commit(commit) };
    },
    fails: ['commit: parallel commits for different users all answer true'],
  },
  {
    name: 'reads revision and record in two steps',
    breaks: (sound) => ({
      async read(userId) {
        const first = await sound.read(userId);
        const second = await sound.read(userId);
        return first && second && { revision: first.revision, record: second.record };
      },
    }),
    fails: ['read: revision and record belong together while commits race'],
  },
  {
    name: 'answers true to every removal of a record that it has found',
    breaks: (sound) => ({
      async commit(commit) {
        if (commit.next !== null) return sound.commit(commit);
        const current = await sound.read(commit.userId);
        if ((current?.revision ?? null) !== commit.expected) return false;
        await sound.commit(commit);
        return true;
      },
    }),
    fails: ['commit: of fifty parallel removals exactly one answers true'],
  },
  {
    name: 'throws where another removal came first',
    breaks: (sound) => ({
      async commit(commit) {
        const current = await sound.read(commit.userId);
        const answer = await sound.commit(commit);
        if (!answer && commit.next === null && current?.revision === commit.expected) throw new Error('conflict');
        return answer;
      },
    }),
    fails: ['commit: of fifty parallel removals exactly one answers true'],
  },
  {
    name: 'tells whoever is beaten what the winner is told',
    breaks(sound) {
      const underWay = new Map<string, Promise<boolean>>();
      return {
        commit(commit) {
          const key = `${commit.userId} ${commit.expected}`;
          const answer = underWay.get(key) ?? sound.commit(commit).finally(() => underWay.delete(key));
          underWay.set(key, answer);
          return answer;
        },
      };
    },
    fails: [
      'commit: of two that are sent five times each at once one lands, once',
      'commit: of fifty parallel inserts of one user exactly one answers true',
    ],
  },
];
