/** Faults of failures: what a throw leaves behind, and errors that are given as answers. */
import type { MfaStore, Swap } from '@mfakit/core';
import { aMoment, type BrokenStore } from '../broken-store.ts';

const AFTER = 'commit: after one that throws, or that was lost, the next ones go on';
const DOWN = 'errors: with the database broken down every method throws, and none gives an answer';

/** One commit at a time, of a user or of all. The lock is given back unless the commit ended in a certain way. */
function locking(keeps: (end: boolean | 'thrown') => boolean, name: (userId: string) => string = () => 'all') {
  return (sound: MfaStore): Partial<MfaStore> => {
    const locks = new Map<string, Promise<unknown>>();
    return {
      async commit(commit) {
        const lock = name(commit.userId);
        const free = locks.get(lock) ?? Promise.resolve();
        const ended = free.then(() => sound.commit(commit));
        const end = ended.catch(() => 'thrown' as const);
        locks.set(
          lock,
          end.then((how) => (keeps(how) ? new Promise(() => undefined) : undefined)),
        );
        return ended;
      },
    };
  };
}

/** Gives an answer where a method fails. */
function excusing<M extends 'read' | 'commit' | 'events' | 'scan'>(
  method: M,
  answer: Awaited<ReturnType<MfaStore[M]>>,
): BrokenStore['breaks'] {
  return (sound) => ({
    [method]: async (...question: unknown[]) => {
      try {
        return await (sound[method] as (...asked: unknown[]) => Promise<unknown>)(...question);
      } catch (error) {
        if (String(error).includes('is not above')) throw error;
        return answer;
      }
    },
  });
}

/** Gives an answer to some commits without a look at the database, or where it fails. */
const excusingCommits =
  (some: (swap: Swap) => boolean, answer: boolean): BrokenStore['breaks'] =>
  (sound) => ({
    commit: (swap) =>
      sound.commit(swap).catch((error: unknown) => {
        if (!some(swap) || !String(error).includes('gone')) throw error;
        return answer;
      }),
  });

export const failureFaults: readonly BrokenStore[] = [
  {
    name: 'keeps its lock when a commit throws',
    breaks: locking((end) => end === 'thrown'),
    hangs: true,
    fails: [AFTER],
  },
  {
    name: 'keeps the lock of a user when a commit throws',
    breaks: locking((end) => end === 'thrown', String),
    hangs: true,
    fails: [AFTER],
  },
  {
    name: 'keeps its lock when a commit is lost',
    breaks: locking((end) => end === false),
    hangs: true,
    fails: [AFTER],
  },
  {
    name: 'answers false for ever once a commit has thrown',
    breaks(sound) {
      const busy = new Set<string>();
      return {
        async commit(commit) {
          if (busy.has(commit.userId)) return false;
          busy.add(commit.userId);
          const answer = await sound.commit(commit);
          busy.delete(commit.userId);
          return answer;
        },
      };
    },
    fails: [AFTER],
  },
  {
    name: 'takes a commit that has thrown for one that has landed',
    breaks(sound) {
      const sent = new Set<string | undefined>();
      return {
        async commit(commit) {
          if (sent.has(commit.next?.revision)) return true;
          if (commit.next !== null) sent.add(commit.next.revision);
          const answer = await sound.commit(commit);
          if (!answer || commit.next !== null) sent.delete(commit.next?.revision);
          return answer;
        },
      };
    },
    fails: [AFTER],
  },
  { name: 'takes an error for a missing user', breaks: excusing('read', null), fails: [DOWN] },
  { name: 'takes an error for no events', breaks: excusing('events', []), fails: [DOWN] },
  { name: 'takes an error for an empty page', breaks: excusing('scan', []), fails: [DOWN] },
  { name: 'takes an error for a lost race', breaks: excusingCommits(() => true, false), fails: [DOWN] },
  { name: 'takes an error for a success', breaks: excusingCommits(() => true, true), fails: [DOWN] },
  {
    name: 'takes an error for the removal of what is gone',
    breaks: excusingCommits(({ next }) => next === null, true),
    fails: [DOWN],
  },
  {
    name: 'takes an error for the loss of an insert',
    breaks: excusingCommits(({ expected }) => expected === null, false),
    fails: [DOWN],
  },
  {
    name: 'gives the last record that it saw when the database is gone',
    breaks(sound) {
      const seen = new Map<string, Awaited<ReturnType<MfaStore['read']>>>();
      return {
        async read(userId) {
          const found = await sound.read(userId).catch((error: unknown) => {
            const known = seen.get(userId);
            if (known === undefined) throw error;
            return known;
          });
          seen.set(userId, structuredClone(found));
          return found;
        },
      };
    },
    fails: [DOWN],
  },
  {
    name: 'throws text',
    breaks: (sound) => ({
      read: (userId) => sound.read(userId).catch((error: unknown) => Promise.reject(String(error) as unknown as Error)),
    }),
    fails: [DOWN],
  },
  {
    name: 'waits for ever for a database that is gone',
    breaks: (sound) => ({
      async read(userId) {
        for (;;) {
          try {
            return await sound.read(userId);
          } catch {
            await aMoment();
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
        }
      },
    }),
    hangs: true,
    fails: [DOWN],
  },
];
