/** Faults of user ids: two users taken for one. */
import { ALL, foldIds, force, type BrokenStore } from '../broken-store.ts';

export const userIdFaults: readonly BrokenStore[] = [
  {
    name: 'folds the case of user ids',
    breaks: foldIds((userId) => userId.toLowerCase()),
    fails: ['user ids: two that differ in case are two users'],
  },
  {
    name: 'composes user ids',
    breaks: foldIds((userId) => userId.normalize('NFC')),
    fails: ['user ids: composed and decomposed forms are two users'],
  },
  {
    name: 'trims user ids',
    breaks: foldIds((userId) => userId.trim()),
    fails: ['user ids: white space and invisible characters count'],
  },
  {
    name: 'takes all emoji for one',
    breaks: foldIds((userId) => userId.replaceAll(/[\u{10000}-\u{10FFFF}]/gu, '?')),
    fails: ['user ids: emoji that differ are different users'],
  },
  {
    name: 'takes user ids for numbers where it can',
    breaks: foldIds((userId) => (/^\S+$/.test(userId) && !Number.isNaN(Number(userId)) ? `${Number(userId)}` : userId)),
    fails: ['user ids: numbers are plain text'],
  },
  {
    name: 'escapes user ids',
    breaks: foldIds((userId) => userId.replaceAll(/['"\\]+/g, '\\')),
    fails: ['user ids: quotes, patterns and SQL are plain text'],
  },
  {
    name: 'looks user ids up in a plain object',
    breaks(sound) {
      const known: Record<string, boolean> = {};
      return {
        async commit(commit) {
          if (commit.expected === null && known[commit.userId]) return false;
          known[commit.userId] = commit.next !== null;
          return sound.commit(commit);
        },
      };
    },
    fails: ['user ids: names of object properties are plain text'],
  },
  {
    name: 'cuts user ids to 250 characters',
    breaks: foldIds((userId) => userId.slice(0, 250)),
    fails: ['user ids: those of 255 bytes that differ in the last character are two users'],
  },
  {
    name: 'cuts user ids to 254 bytes',
    breaks: foldIds((userId) => Buffer.from(userId).subarray(0, 254).toString()),
    fails: ['user ids: those of 255 bytes that differ in the last character are two users'],
  },
  {
    name: 'removes every user whose id begins alike',
    breaks: (sound) => ({
      async commit(commit) {
        if (!(await sound.commit(commit))) return false;
        if (commit.next !== null) return true;
        for (const { userId } of await sound.scan({ limit: ALL })) {
          if (userId.startsWith(commit.userId)) await force(sound, { ...commit, userId });
        }
        return true;
      },
    }),
    fails: ['user ids: no commit changes another user'],
  },
  {
    name: 'compares with the revisions of all users',
    breaks: (sound) => ({
      async commit(commit) {
        const rows = await sound.scan({ limit: ALL });
        const known = rows.some((row) => row.revision === commit.expected);
        const own = await sound.read(commit.userId);
        return sound.commit(known ? { ...commit, expected: own?.revision ?? null } : commit);
      },
    }),
    fails: ['user ids: no commit changes another user'],
  },
];
