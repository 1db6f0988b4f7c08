/** checkParts, part by part: what a sound whole cannot show. */
import { describe, expect, test } from 'vitest';
import { checkParts } from './check.ts';
import type { CheckedStore } from './checked-store.ts';
import type { HashQueue } from './crypto/hash-queue.ts';
import { deriveKeyring } from './crypto/keyring.ts';
import { systemRandom } from './crypto/random.ts';
import { createSealer, type Sealer } from './crypto/sealer.ts';

const KEY = Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64');
const sealer = createSealer(deriveKeyring([KEY]), 'secrets', systemRandom);

/** How many places were asked for, each time. */
const asked: number[] = [];
const hashQueue: HashQueue = {
  reserve(_userId, jobs) {
    asked.push(jobs);
    return { hash: async (all) => all.map(() => new Uint8Array(32)), fit: () => undefined, release: () => undefined };
  },
};
const SOUND = {
  sealers: [sealer],
  clock: () => Date.UTC(2026, 0, 1),
  hashQueue,
  store: { check: async () => undefined } as unknown as CheckedStore,
};
const told = (parts: Partial<typeof SOUND>): Promise<string> =>
  checkParts({ ...SOUND, ...parts }).then(
    () => 'sound',
    (error: unknown) => String(error),
  );

describe('a sealer', () => {
  test.each<[string, Partial<Sealer>]>([
    ['that opens under any context', { open: (sealed) => sealer.open(sealed, ['check']) }],
    ['that opens nothing', { open: () => null }],
    [
      'that opens something else',
      { open: (sealed, context) => (sealer.open(sealed, context) === null ? null : new Uint8Array(9)) },
    ],
    [
      'that seals one text alike each time',
      { seal: () => 'sealed', open: (_sealed, [part]) => (part === 'check' ? Buffer.from('mfa.check') : null) },
    ],
  ])('%s is named', async (_what, broken) => {
    expect(await told({ sealers: [sealer, { ...sealer, ...broken }] })).toContain('keys or random');
  });
});

test.each([
  [Date.UTC(2025, 0, 1) - 1, 'clock must give epoch milliseconds'],
  [Date.UTC(2025, 0, 1), 'sound'],
  [Date.UTC(2125, 0, 1) - 1, 'sound'],
  [Date.UTC(2125, 0, 1), 'clock must give epoch milliseconds'],
])('a clock that gives %d', async (now, expected) => {
  expect(await told({ clock: () => now })).toContain(expected);
});

test('the hasher is asked for two digests, and for no more places', async () => {
  asked.length = 0;
  expect(await told({})).toBe('sound');
  expect(asked).toEqual([2]);
});
