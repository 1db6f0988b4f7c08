/** Faults of scans: users hidden, repeated or out of order. */
import type { MfaStore, ScannedRecord } from '@mfakit/core';
import { ALL, type BrokenStore } from '../broken-store.ts';

/** Changes what is given of a scan, from all rows in order. */
const changeScan =
  (change: (rows: readonly ScannedRecord[], after: string | undefined, limit: number) => readonly ScannedRecord[]) =>
  (sound: MfaStore): Partial<MfaStore> => ({
    scan: async ({ after, limit }) => change(await sound.scan({ limit: ALL }), after, limit),
  });

const bytewise = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

export const scanFaults: readonly BrokenStore[] = [
  {
    name: 'gives null where there is nothing to scan',
    breaks: (sound) => ({
      async scan(page) {
        const rows = await sound.scan(page);
        return rows.length > 0 ? rows : (null as unknown as readonly ScannedRecord[]);
      },
    }),
    fails: ['scan: an empty store gives an empty page', 'scan: after the last user comes an empty page'],
  },
  {
    name: 'scans records as they were first',
    breaks(sound) {
      const first = new Map<string, ScannedRecord>();
      return {
        async scan(page) {
          return (await sound.scan(page)).map((row) => first.get(row.userId) ?? row);
        },
        async commit(commit) {
          const answer = await sound.commit(commit);
          const { userId, next } = commit;
          if (answer && next !== null && !first.has(userId)) first.set(userId, structuredClone({ userId, ...next }));
          return answer;
        },
      };
    },
    fails: ['scan: gives what read gives, with the user'],
  },
  {
    name: 'ignores the limit of a scan',
    breaks: (sound) => ({ scan: (page) => sound.scan({ ...page, limit: ALL }) }),
    fails: ['scan: no more than limit'],
  },
  {
    name: 'includes `after`',
    breaks: changeScan((rows, after = '', limit) => rows.filter((row) => row.userId >= after).slice(0, limit)),
    fails: [
      'scan: pages of any size meet every user exactly once, in one order',
      'lifecycle: rekey reaches every user, and every code works on',
    ],
  },
  {
    name: 'sorts by UTF-16 code units and pages by bytes',
    breaks: changeScan((rows, after = '', limit) =>
      rows.filter((row) => bytewise(row.userId, after) > 0).slice(0, limit),
    ),
    fails: ['scan: user ids inside and outside the basic plane are met once, in one order'],
  },
  {
    name: 'sorts without case and pages with it',
    breaks: changeScan((rows, after = '', limit) =>
      rows
        .toSorted((one, other) => bytewise(one.userId.toLowerCase(), other.userId.toLowerCase()))
        .filter((row) => row.userId > after)
        .slice(0, limit),
    ),
    fails: ['scan: pages of any size meet every user exactly once, in one order'],
  },
  {
    name: 'begins again after the last user',
    breaks: changeScan((rows, after = '', limit) => {
      const page = rows.filter((row) => row.userId > after).slice(0, limit);
      return page.length > 0 ? page : rows.slice(0, limit);
    }),
    fails: ['scan: after the last user comes an empty page'],
  },
  {
    name: 'ends where the user in `after` was removed',
    breaks: changeScan((rows, after, limit) => {
      const start = after === undefined ? 0 : rows.findIndex((row) => row.userId === after) + 1 || rows.length;
      return rows.slice(start, start + limit);
    }),
    fails: ['scan: goes on after a user that was removed'],
  },
  {
    name: 'scans users who were removed',
    breaks(sound) {
      const rows = new Map<string, ScannedRecord>();
      return {
        async commit(commit) {
          const answer = await sound.commit(commit);
          const { userId, next } = commit;
          if (answer && next !== null) rows.set(userId, structuredClone({ userId, ...next }));
          return answer;
        },
        scan: async ({ after = '', limit }) =>
          structuredClone([...rows.values()])
            .filter((row) => row.userId > after)
            .sort((one, other) => (one.userId < other.userId ? -1 : 1))
            .slice(0, limit),
      };
    },
    fails: ['scan: a removed user is not met, and leaves no gap'],
  },
  {
    name: 'leaves removed users out of a page that it has cut already',
    breaks(sound) {
      const ever = new Set<string>();
      return {
        async commit(commit) {
          ever.add(commit.userId);
          return sound.commit(commit);
        },
        async scan({ after = '', limit }) {
          const ids = [...ever].sort().filter((userId) => userId > after);
          const rows = await sound.scan({ limit: ALL });
          return ids.slice(0, limit).flatMap((userId) => rows.filter((row) => row.userId === userId));
        },
      };
    },
    fails: ['scan: a removed user is not met, and leaves no gap'],
  },
  {
    name: 'pages by offset',
    breaks(sound) {
      const offsets = new Map<string, number>();
      return changeScan((rows, after, limit) => {
        const start = after === undefined ? 0 : (offsets.get(after) ?? 0);
        const page = rows.slice(start, start + limit);
        const last = page.at(-1);
        if (last !== undefined) offsets.set(last.userId, start + page.length);
        return page;
      })(sound);
    },
    fails: ['scan: users added or removed between pages neither hide nor repeat the others'],
  },
  {
    name: 'scans a user once per event',
    breaks: (sound) => ({
      async scan(page) {
        const joined: ScannedRecord[] = [];
        for (const row of await sound.scan(page)) {
          const events = await sound.events(row.userId, { limit: ALL });
          joined.push(...events.map(() => row));
        }
        return joined.slice(0, page.limit);
      },
    }),
    fails: ['scan: pages of any size meet every user exactly once, in one order'],
  },
  {
    name: 'scans only users who have a factor',
    breaks: changeScan((rows, after = '', limit) =>
      rows.filter((row) => row.userId > after && row.record.factors.length > 0).slice(0, limit),
    ),
    fails: ['scan: pages of any size meet every user exactly once, in one order'],
  },
  {
    name: 'gives an empty page where all that it has cut is passed over',
    breaks: changeScan((rows, after = '', limit) =>
      rows
        .filter((row) => row.userId > after)
        .slice(0, limit)
        .filter((row, index) => index > 0 || row.record.factors.length > 0),
    ),
    fails: ['scan: pages of any size meet every user exactly once, in one order', 'scan: no more than limit'],
  },
];
