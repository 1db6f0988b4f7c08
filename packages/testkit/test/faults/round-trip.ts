/** Faults of the round trip: what comes out is not quite what went in. */
import type { MfaEvent, MfaRecord, MfaStore } from '@mfakit/core';
import { type BrokenStore } from '../broken-store.ts';

/** Changes what is stored of a record. */
const changeRecords =
  (change: (record: MfaRecord) => MfaRecord) =>
  (sound: MfaStore): Partial<MfaStore> => ({
    commit(commit) {
      const next = commit.next && { ...commit.next, record: change(commit.next.record) };
      return sound.commit({ ...commit, next });
    },
  });

/** Changes what is given of events. */
const changeEvents =
  (change: (event: MfaEvent) => unknown) =>
  (sound: MfaStore): Partial<MfaStore> => ({
    events: async (userId, page) => (await sound.events(userId, page)).map((event) => change(event) as MfaEvent),
  });

export const roundTripFaults: readonly BrokenStore[] = [
  {
    name: 'gives revisions of its own',
    breaks: (sound) => ({
      async read(userId) {
        const stored = await sound.read(userId);
        return stored && { ...stored, revision: `own-${stored.revision}` };
      },
      commit: (commit) => sound.commit({ ...commit, expected: commit.expected?.replace('own-', '') ?? null }),
    }),
    fails: [
      'read: revisions of 1 to 32 characters come back exactly',
      'lifecycle: a commit that landed but whose answer was lost is recognised',
    ],
  },
  {
    name: 'pads revisions to the width of their column',
    breaks: (sound) => ({
      async read(userId) {
        const stored = await sound.read(userId);
        return stored && { ...stored, revision: stored.revision.padEnd(32) };
      },
      commit: (commit) => sound.commit({ ...commit, expected: commit.expected?.trimEnd() ?? null }),
    }),
    fails: ['read: revisions of 1 to 32 characters come back exactly'],
  },
  {
    name: 'normalises text',
    breaks: changeRecords((record) => JSON.parse(JSON.stringify(record).normalize('NFC')) as MfaRecord),
    fails: ['read: a large record comes back exactly, nulls and text of every script included'],
  },
  {
    name: 'cuts long text',
    breaks: changeRecords(
      (record) =>
        JSON.parse(JSON.stringify(record), (_, value: unknown) =>
          typeof value === 'string' ? value.slice(0, 4096) : value,
        ) as MfaRecord,
    ),
    fails: ['read: a large record comes back exactly, nulls and text of every script included'],
  },
  {
    name: 'keeps fifteen digits of a number',
    breaks: changeRecords(
      (record) =>
        JSON.parse(JSON.stringify(record), (_, value: unknown) =>
          typeof value === 'number' ? Number(value.toPrecision(15)) : value,
        ) as MfaRecord,
    ),
    fails: ['read: integers up to 2^53-1 and the last instant come back exactly'],
  },
  {
    name: 'drops nulls from events',
    breaks: changeEvents((event) => Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null))),
    fails: ['events: every type comes back exactly as it went in'],
  },
  {
    name: 'gives null for an absent ip',
    breaks: changeEvents((event) => ({ ...event, ip: event.ip ?? null })),
    fails: ['events: ip and userAgent come back exactly, or stay absent'],
  },
  {
    name: 'gives undefined for an absent user agent',
    breaks: changeEvents((event) => ({ ...event, userAgent: event.userAgent })),
    fails: ['events: ip and userAgent come back exactly, or stay absent'],
  },
];
