import { expect, test } from 'vitest';
import { memoryStore } from '@mfakit/memory';
import { storeCases, type TestStore } from '@mfakit/testkit';
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
  ...checkFaults,
];

/** Runs the cases of these names, or every case, and gives those that fail with what they say. */
async function failures(
  createStore: () => Promise<TestStore>,
  names?: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const cases = storeCases(createStore).filter(({ name }) => names?.includes(name) ?? true);
  const failed = new Map<string, string>();
  await Promise.all(
    cases.map(({ name, run }) =>
      run().catch((error: unknown) => failed.set(name, error instanceof Error ? error.message : 'not an Error')),
    ),
  );
  return failed;
}

test('a sound store fails no case, over one connection or several', async () => {
  const one = await failures(async () => ({ connections: [memoryStore()] }));
  const several = await failures(async () => {
    const store = memoryStore();
    return { connections: [store, store, store] };
  });
  expect([one, several]).toEqual([new Map(), new Map()]);
});

test.each(faults)('a store that $name', async ({ breaks, fails, secondOnly }) => {
  const createStore = async (): Promise<TestStore> => {
    const sound = memoryStore();
    const broken = { ...sound, ...breaks(sound) };
    return { connections: [secondOnly ? sound : broken, broken] };
  };
  // MFAKIT_MATRIX=1 runs every case, and tells what else each fault breaks.
  const full = process.env['MFAKIT_MATRIX'] !== undefined;
  const failed = await failures(createStore, full ? undefined : fails);
  if (full) console.info(failed);
  expect([...failed.keys()]).toEqual(expect.arrayContaining([...fails]));
  // What the store throws passes as it is; all else names a promise. In a lifecycle the core may refuse first.
  const said = fails.filter((name) => !name.startsWith('lifecycle:')).map((name) => failed.get(name) ?? '');
  expect(said.filter((message) => !/^(Broken promise: |conflict$|event \d+ is not above \d+$)/.test(message))).toEqual(
    [],
  );
});

test('every case finds a broken store, and every broken store names a case', () => {
  const names = storeCases(() => Promise.reject(new Error('not to be opened'))).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(faults.flatMap(({ fails }) => fails))).toEqual(new Set(names));
});
