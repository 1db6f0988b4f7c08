import { expect, test } from 'vitest';
import { memoryStore } from '@mfakit/memory';
import type { MfaStore, ScanPage } from '@mfakit/core';
import { OUTBOX_TYPES, storeCases, type StoreCaseOptions, type TestStore } from '@mfakit/testkit';
import { cacheFaults } from './faults/caches.ts';
import { failureFaults } from './faults/failures.ts';
import { historyFaults } from './faults/history.ts';
import { keyFaults } from './faults/keys.ts';
import { outboxFaults } from './faults/outbox.ts';
import { lookAlikeFaults } from './faults/look-alikes.ts';
import { retentionFaults } from './faults/retention.ts';
import { revisionFaults } from './faults/revisions.ts';
import { checkFaults } from './faults/check.ts';
import { commitFaults } from './faults/commit.ts';
import { eraseFaults } from './faults/erase.ts';
import { eventFaults } from './faults/events.ts';
import { plainDataFaults } from './faults/plain-data.ts';
import { raceFaults } from './faults/races.ts';
import { removalFaults } from './faults/removal.ts';
import { resendFaults } from './faults/resend.ts';
import { roundTripFaults } from './faults/round-trip.ts';
import { scanFaults } from './faults/scan.ts';
import { keyedStore, SOUND_KEYS } from './keyed-store.ts';
import { userIdFaults } from './faults/user-ids.ts';

const faults = [
  ...commitFaults,
  ...roundTripFaults,
  ...removalFaults,
  ...eraseFaults,
  ...resendFaults,
  ...raceFaults,
  ...eventFaults,
  ...userIdFaults,
  ...scanFaults,
  ...plainDataFaults,
  ...cacheFaults,
  ...failureFaults,
  ...historyFaults,
  ...keyFaults,
  ...lookAlikeFaults,
  ...retentionFaults,
  ...revisionFaults,
  ...checkFaults,
  ...outboxFaults,
];

const outbox = { types: OUTBOX_TYPES };

/** Runs the cases of these names, or every case, and gives those that fail with what they say. */
async function failures(
  createStore: () => Promise<TestStore>,
  names?: readonly string[],
  options?: StoreCaseOptions,
): Promise<ReadonlyMap<string, string>> {
  const cases = storeCases(createStore, options).filter(({ name }) => names?.includes(name) ?? true);
  const failed = new Map<string, string>();
  await Promise.all(
    cases.map(({ name, run }) =>
      run().catch((error: unknown) => failed.set(name, error instanceof Error ? error.message : 'not an Error')),
    ),
  );
  return failed;
}

/** A store that can be broken down: from then on every call throws. */
function breakable(store: MfaStore): { readonly store: MfaStore; readonly breakDown: () => Promise<void> } {
  let down = false;
  const up = (): void => {
    if (down) throw new Error('The database is gone.');
  };
  return {
    store: {
      read: async (userId) => (up(), store.read(userId)),
      commit: async (swap) => (up(), store.commit(swap)),
      events: async (userId, page) => (up(), store.events(userId, page)),
      scan: async (page) => (up(), store.scan(page)),
      pruneEvents: async (page) => (up(), (await store.pruneEvents?.(page)) ?? 0),
      ...(store.outbox !== undefined && {
        outbox: {
          ...store.outbox,
          claim: async (...given) => (up(), (await store.outbox?.claim(...given)) ?? []),
          stats: async () => (up(), (await store.outbox?.stats()) ?? { waiting: 0, parked: 0, oldest: null }),
          parked: async (limit) => (up(), (await store.outbox?.parked(limit)) ?? []),
        },
      }),
    },
    breakDown: async () => void (down = true),
  };
}

const SOUND: Readonly<Record<string, () => Promise<TestStore>>> = {
  'over one connection': async () => ({ connections: [memoryStore()] }),
  'with an outbox': async () => ({ connections: [memoryStore({ outbox })] }),
  'over several connections': async () => {
    const { store, breakDown } = breakable(memoryStore());
    return { connections: [store, store, store], breakDown };
  },
  'over one Map of keys': async () => ({ connections: [keyedStore(SOUND_KEYS)] }),
  'that gives short pages': async () => {
    const store = memoryStore();
    const short = { ...store, scan: (page: ScanPage) => store.scan({ ...page, limit: Math.ceil(page.limit / 3) }) };
    return { connections: [short] };
  },
};

test.each(Object.entries(SOUND))('a sound store %s fails no case', async (_name, createStore) => {
  expect(await failures(createStore)).toEqual(new Map());
});

test.each(faults)('a store that $name', async ({ breaks, fails, secondOnly, hangs }) => {
  const createStore = async (): Promise<TestStore> => {
    const { store: sound, breakDown } = breakable(memoryStore({ outbox }));
    const broken = { ...sound, ...breaks(sound) };
    return { connections: [secondOnly ? sound : broken, broken], breakDown };
  };
  // MFAKIT_MATRIX=1 runs every case, and tells what else each fault breaks.
  const full = process.env['MFAKIT_MATRIX'] !== undefined;
  const failed = await failures(createStore, full ? undefined : fails, hangs ? { deadlineSeconds: 0.3 } : {});
  if (full) console.info(failed);
  expect([...failed.keys()]).toEqual(expect.arrayContaining([...fails]));
  // What the store throws passes as it is; all else names a promise. In a lifecycle the core may refuse first.
  const said = fails.filter((name) => !name.startsWith('lifecycle:')).map((name) => failed.get(name) ?? '');
  const hung = hangs
    ? said.filter((message) => !/every call ends\n {2}.* still waits for \w+ of user "/.test(message))
    : [];
  expect(hung).toEqual([]);
  expect(said.filter((message) => !/^(Broken promise: |conflict$|event \d+ is not above \d+$)/.test(message))).toEqual(
    [],
  );
});

test('every case finds a broken store, and every broken store names a case', () => {
  const names = storeCases(() => Promise.reject(new Error('not to be opened'))).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(faults.flatMap(({ fails }) => fails))).toEqual(new Set(names));
});
