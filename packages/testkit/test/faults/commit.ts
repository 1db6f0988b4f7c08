/** Faults of a commit by one caller: what it compares and what it stores. */
import type { MfaStore, StoredRecord, Swap } from '@mfakit/core';
import { ALL, force, type BrokenStore, listed } from '../broken-store.ts';

const CLASH = 'commit: one whose events clash with stored ones throws and stores nothing';

/** Adds the events of a commit to a record that is stored, in a step of their own. */
async function addEvents(sound: MfaStore, { userId, events }: Swap, stored: StoredRecord): Promise<boolean> {
  const aside = { ...stored, revision: `${stored.revision.slice(0, 31)}*` };
  if (!(await sound.commit({ userId, expected: stored.revision, next: aside, events }))) return false;
  return sound.commit({ userId, expected: aside.revision, next: stored, events: [] });
}

export const commitFaults: readonly BrokenStore[] = [
  {
    name: 'gives undefined for a missing record',
    breaks: (sound) => ({ read: async (userId) => (await sound.read(userId)) ?? (undefined as unknown as null) }),
    fails: ['read: a user of whom nothing is stored is null'],
  },
  {
    name: 'answers reads on the second connection from a replica that lags',
    secondOnly: true,
    breaks(sound) {
      const replica = new Map<string, StoredRecord | null>();
      return {
        async read(userId) {
          const current = await sound.read(userId);
          const stale = replica.get(userId) ?? null;
          replica.set(userId, current);
          return stale;
        },
      };
    },
    fails: ['read: a commit that has answered is seen over every connection'],
  },
  {
    name: 'answers how many rows were written',
    breaks: (sound) => ({ commit: async (commit) => Number(await sound.commit(commit)) as unknown as boolean }),
    fails: [
      'commit: expected null where a record is stored answers false and leaves the record',
      'commit: the record is replaced as a whole',
    ],
  },
  {
    name: 'answers true always',
    breaks: (sound) => ({ commit: async (commit) => (await sound.commit(commit)) || true }),
    fails: [
      'commit: expected null where a record is stored answers false and leaves the record',
      'commit: of fifty parallel inserts of one user exactly one answers true',
      'commit: callers that read, decide and swap in parallel lose no update',
    ],
  },
  {
    name: 'throws where a race was lost',
    breaks: (sound) => ({
      async commit(commit) {
        if (await sound.commit(commit)) return true;
        throw new Error('conflict');
      },
    }),
    fails: [
      'commit: a wrong expected revision answers false and leaves the record',
      'commit: of fifty parallel commits with one expected revision exactly one answers true',
    ],
  },
  {
    name: 'keeps the parts of the old record that are null in the new one',
    breaks: (sound) => ({
      async commit(commit) {
        const old = await sound.read(commit.userId);
        if (commit.next === null) return sound.commit(commit);
        const record = { ...commit.next.record };
        record.backupCodes ??= old?.record.backupCodes ?? null;
        return sound.commit({ ...commit, next: { ...commit.next, record } });
      },
    }),
    fails: ['commit: the record is replaced as a whole'],
  },
  {
    name: 'overwrites where nothing is expected',
    breaks: (sound) => ({
      commit: (commit) =>
        commit.expected === null && commit.next !== null ? force(sound, commit) : sound.commit(commit),
    }),
    fails: [
      'commit: expected null where a record is stored answers false and leaves the record',
      'commit: of fifty parallel inserts of one user exactly one answers true',
    ],
  },
  {
    name: 'updates whatever revision is stored',
    breaks: (sound) => ({
      async commit(commit) {
        const exists = (await sound.read(commit.userId)) !== null;
        return exists && commit.expected !== null && commit.next !== null ? force(sound, commit) : sound.commit(commit);
      },
    }),
    fails: ['commit: a wrong expected revision answers false and leaves the record'],
  },
  {
    name: 'stores the record although it answers false',
    breaks: (sound) => ({
      async commit(commit) {
        if (await sound.commit(commit)) return true;
        if (commit.next !== null) await force(sound, { ...commit, events: [] });
        return false;
      },
    }),
    fails: [
      'commit: expected null where a record is stored answers false and leaves the record',
      'commit: a wrong expected revision answers false and leaves the record',
      'commit: an expected revision where nothing is stored answers false and stores nothing',
    ],
  },
  {
    name: 'inserts where the expected revision is gone',
    breaks: (sound) => ({
      async commit(commit) {
        const gone = (await sound.read(commit.userId)) === null && commit.next !== null;
        return sound.commit(gone ? { ...commit, expected: null } : commit);
      },
    }),
    fails: [
      'commit: an expected revision where nothing is stored answers false and stores nothing',
      'commit: next null with an expected revision where nothing is stored answers false',
    ],
  },
  {
    name: 'compares revisions without case',
    breaks: (sound) => ({
      async commit(commit) {
        const stored = (await sound.read(commit.userId))?.revision;
        const same = stored?.toLowerCase() === commit.expected?.toLowerCase();
        return sound.commit(same ? { ...commit, expected: stored ?? null } : commit);
      },
    }),
    fails: ['commit: revisions are compared character by character'],
  },
  {
    name: 'stores events although the swap was lost',
    breaks: (sound) => ({
      async commit(commit) {
        if (await sound.commit(commit)) return true;
        const stored = await sound.read(commit.userId);
        if (stored !== null) await addEvents(sound, commit, stored);
        return false;
      },
    }),
    fails: [
      'commit: the events of a lost commit are not stored',
      'commit: of fifty parallel commits with one expected revision exactly one answers true',
    ],
  },
  {
    name: 'keeps only the events of the last commit',
    breaks(sound) {
      const first = new Map<string, number>();
      return {
        async commit(commit) {
          const answer = await sound.commit(commit);
          if (answer) first.set(commit.userId, listed(commit.events)[0]?.seq ?? 0);
          return answer;
        },
        events: async (userId, page) =>
          (await sound.events(userId, page)).filter((event) => event.seq >= (first.get(userId) ?? 0)),
      };
    },
    fails: [
      'commit: the events are stored with the record, after those of earlier commits',
      'lifecycle: a commit that never arrived is made again',
    ],
  },
  {
    name: 'stores the record first and its events in a second step',
    breaks: (sound) => ({
      async commit(commit) {
        if (!(await sound.commit({ ...commit, events: [] }))) return false;
        return commit.next === null || addEvents(sound, commit, commit.next);
      },
    }),
    fails: ['commit: one whose events cannot be written stores nothing'],
  },
  {
    name: 'stores the record first, and its events under a unique index',
    breaks: (sound) => ({
      async commit(commit) {
        const { next, events, userId } = commit;
        JSON.stringify(events);
        const known = new Set((await sound.events(userId, { limit: ALL })).map((event) => event.seq));
        if (!(await sound.commit({ ...commit, events: [] }))) return false;
        if (listed(events).some((event) => known.has(event.seq))) throw new Error('unique index');
        return next === null || addEvents(sound, commit, next);
      },
    }),
    fails: [CLASH],
  },
  {
    name: 'drops events whose number is stored already',
    breaks: (sound) => ({
      async commit(commit) {
        const known = new Set((await sound.events(commit.userId, { limit: ALL })).map((event) => event.seq));
        const added = listed(commit.events).filter((event) => !known.has(event.seq));
        return sound.commit(commit.events === 'erase' ? commit : { ...commit, events: added });
      },
    }),
    fails: [CLASH],
  },
  {
    name: 'answers false to events whose number is stored already',
    breaks: (sound) => ({
      async commit(commit) {
        const known = new Set((await sound.events(commit.userId, { limit: ALL })).map((event) => event.seq));
        return !listed(commit.events).some((event) => known.has(event.seq)) && sound.commit(commit);
      },
    }),
    fails: [CLASH],
  },
  {
    name: 'overwrites events whose number is stored already',
    breaks: (sound) => ({
      async commit(commit) {
        const clashing = new Set(listed(commit.events).map((event) => event.seq));
        const stored = (await sound.events(commit.userId, { limit: ALL })).toReversed();
        const kept = stored.filter((event) => !clashing.has(event.seq));
        if (commit.next === null || kept.length === stored.length) return sound.commit(commit);
        const emptied = { ...commit.next, revision: 'emptied' };
        if (!(await sound.commit({ ...commit, next: emptied, events: 'erase' }))) return false;
        return sound.commit({ ...commit, expected: 'emptied', events: [...kept, ...listed(commit.events)] });
      },
    }),
    fails: [CLASH],
  },
  {
    name: 'gives events whose number is stored already another number',
    breaks: (sound) => ({
      async commit(commit) {
        const newest = (await sound.events(commit.userId, { limit: 1 }))[0]?.seq ?? 0;
        const events = listed(commit.events).map((event, i) => ({
          ...event,
          seq: Math.max(event.seq, newest + 1 + i),
        }));
        return sound.commit(commit.events === 'erase' ? commit : { ...commit, events });
      },
    }),
    fails: [CLASH],
  },
  {
    name: 'drops an event that is stored already in just this form',
    breaks: (sound) => ({
      async commit(commit) {
        const known = new Set(
          (await sound.events(commit.userId, { limit: ALL })).map((event) => JSON.stringify(event)),
        );
        const events = listed(commit.events).filter((event) => !known.has(JSON.stringify(event)));
        return sound.commit(commit.events === 'erase' ? commit : { ...commit, events });
      },
    }),
    fails: [CLASH],
  },
];
