/** Faults that show when one commit is sent twice. */
import type { MfaEvent, MfaStore, Swap } from '@mfakit/core';
import { force, type BrokenStore, listed } from '../broken-store.ts';

const INSERT = 'commit: an insert that is sent twice answers true, and its events are stored once';
const UPDATE = 'commit: an update that is sent twice answers true, and its events are stored once';
const ERASE = 'commit: an erase that is sent twice answers true';
const LATE = 'commit: one that is sent again after another one answers false and changes nothing';
const AT_ONCE = 'commit: one that is sent ten times at once answers true each time and is stored once';

/** Whether this very commit is what is stored. */
async function hasLanded(sound: MfaStore, { userId, next }: Swap): Promise<boolean> {
  return next !== null && (await sound.read(userId))?.revision === next.revision;
}

/** A correct compare-and-swap that knows nothing of commits that are sent twice, or not of those of one kind. */
function comparingOnly(kind: (commit: Swap) => boolean = () => true): BrokenStore['breaks'] {
  return (sound) => {
    const sent = new Set<string>();
    return {
      async commit(commit) {
        const revision = commit.next?.revision;
        if (revision === undefined || !kind(commit)) return sound.commit(commit);
        if (sent.has(revision)) return false;
        sent.add(revision);
        return sound.commit(commit);
      },
    };
  };
}

/** The same, for the second of two connections. */
async function compareOnly(sound: MfaStore, commit: Swap): Promise<boolean> {
  return !(await hasLanded(sound, commit)) && sound.commit(commit);
}

export const resendFaults: readonly BrokenStore[] = [
  {
    name: 'answers false to a commit that it has stored already',
    breaks: comparingOnly(),
    fails: [INSERT, UPDATE, ERASE, AT_ONCE],
  },
  {
    name: 'recognizes no insert that is sent twice',
    breaks: comparingOnly(({ expected }) => expected === null),
    fails: [INSERT, AT_ONCE],
  },
  {
    name: 'recognizes no erase that is sent twice',
    breaks: comparingOnly(({ events }) => events === 'erase'),
    fails: [ERASE, AT_ONCE],
  },
  {
    name: 'recognizes on the first connection only what is sent twice',
    secondOnly: true,
    breaks: (sound) => ({ commit: (commit) => compareOnly(sound, commit) }),
    fails: [INSERT, UPDATE, ERASE, AT_ONCE],
  },
  {
    name: 'throws where a commit is sent twice',
    breaks: (sound) => ({
      async commit(commit) {
        if (await hasLanded(sound, commit)) throw new Error('conflict');
        return sound.commit(commit);
      },
    }),
    fails: [INSERT, UPDATE, ERASE],
  },
  {
    name: 'looks for a commit that was sent twice before it waits for the first one',
    breaks: (sound) => ({
      async commit(commit) {
        if (await hasLanded(sound, commit)) return true;
        await new Promise(setImmediate);
        return compareOnly(sound, commit);
      },
    }),
    fails: [AT_ONCE],
  },
  {
    name: 'stores the events of a commit once for each time that it is sent',
    breaks(sound) {
      const log: MfaEvent[] = [];
      return {
        async commit(commit) {
          const answer = await sound.commit(commit);
          if (answer && commit.events === 'erase') {
            log.splice(0, log.length, ...log.filter(({ userId }) => userId !== commit.userId));
          }
          if (answer) log.push(...structuredClone(listed(commit.events)));
          return answer;
        },
        events: async (userId, { before = Infinity, limit }) =>
          structuredClone(log)
            .filter((event) => event.userId === userId && event.seq < before)
            .toSorted((one, other) => other.seq - one.seq)
            .slice(0, limit),
      };
    },
    fails: [INSERT, UPDATE, AT_ONCE],
  },
  {
    name: 'answers true to every commit that it has ever stored',
    breaks(sound) {
      const stored = new Set<string | undefined>();
      return {
        async commit(commit) {
          if (stored.has(commit.next?.revision)) return true;
          const answer = await sound.commit(commit);
          if (answer && commit.next !== null) stored.add(commit.next.revision);
          return answer;
        },
      };
    },
    fails: [LATE],
  },
  {
    name: 'stores again what another commit has replaced',
    breaks(sound) {
      const stored = new Set<string>();
      return {
        async commit(commit) {
          const { next } = commit;
          if (next !== null && stored.has(next.revision) && !(await hasLanded(sound, commit))) {
            return force(sound, { ...commit, events: [] });
          }
          const answer = await sound.commit(commit);
          if (answer && next !== null) stored.add(next.revision);
          return answer;
        },
      };
    },
    fails: [LATE],
  },
  {
    name: 'carries a removal that is sent again out on whatever is stored',
    breaks(sound) {
      const removed = new Set<string | null>();
      return {
        async commit(commit) {
          if (commit.next !== null || commit.expected === null) return sound.commit(commit);
          if (removed.has(commit.expected) && (await sound.read(commit.userId)) !== null) return force(sound, commit);
          removed.add(commit.expected);
          return sound.commit(commit);
        },
      };
    },
    fails: ['commit: a removal that is sent again changes nothing'],
  },
];
