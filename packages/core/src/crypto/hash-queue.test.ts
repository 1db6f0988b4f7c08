import { expect, test, vi } from 'vitest';
import { ARGON2ID, type Argon2idJob, type CodeHasher } from './code-hasher.ts';
import { createHashQueue } from './hash-queue.ts';

const JOB: Argon2idJob = { ...ARGON2ID, message: new Uint8Array(8), salt: new Uint8Array(16) };
const SET = Array.from({ length: 10 }, () => JOB);

/** A hasher whose jobs end when they are told to. */
function heldHasher(): {
  readonly hasher: CodeHasher;
  readonly begun: () => number;
  readonly finish: (n: number) => void;
} {
  const waiting: (() => void)[] = [];
  let begun = 0;
  return {
    hasher: () => {
      begun += 1;
      return new Promise((resolve) => waiting.push(() => resolve(new Uint8Array(ARGON2ID.digestBytes))));
    },
    begun: () => begun,
    finish: (n) => {
      for (const end of waiting.splice(0, n)) end();
    },
  };
}

const outcomeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: { readonly code?: unknown }) => error.code,
  );

test('a hundred jobs are taken at once; more are busy, until some have ended', async () => {
  const { hasher, begun, finish } = heldHasher();
  const queue = createHashQueue(hasher);
  const first = Array.from({ length: 100 }, () => outcomeOf(queue.hash(JOB)));
  expect(await outcomeOf(queue.hash(JOB))).toBe('busy');
  expect(() => queue.assertRoom(1)).toThrow('busy');
  finish(1);
  expect(await first[0]).toBe('done');
  expect(() => queue.assertRoom(1)).not.toThrow();
  const next = outcomeOf(queue.hash(JOB));
  expect([await outcomeOf(queue.hash(JOB)), begun()]).toEqual(['busy', 101]);
  finish(100);
  expect(new Set(await Promise.all([...first, next]))).toEqual(new Set(['done']));
});

test('a set is taken as a whole or not at all, and leaves the last places to attempts', async () => {
  const { hasher, begun, finish } = heldHasher();
  const queue = createHashQueue(hasher);
  const sets = Array.from({ length: 20 }, () => outcomeOf(queue.hashSet(SET)));
  expect(begun()).toBe(80);
  const attempts = Array.from({ length: 20 }, () => outcomeOf(queue.hash(JOB)));
  expect(begun()).toBe(100);
  finish(100);
  const outcomes = await Promise.all(sets);
  expect(outcomes.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 'done'));
  expect(new Set(outcomes.slice(8))).toEqual(new Set(['busy']));
  expect(new Set(await Promise.all(attempts))).toEqual(new Set(['done']));
});

test('a set of a hundred codes is taken alone', async () => {
  const { hasher, begun, finish } = heldHasher();
  const queue = createHashQueue(hasher);
  const large = Array.from({ length: 100 }, () => JOB);
  const first = outcomeOf(queue.hashSet(large));
  expect(await outcomeOf(queue.hashSet(large))).toBe('busy');
  expect(() => queue.assertRoom(1)).toThrow('busy');
  finish(99);
  await vi.waitFor(() => expect(() => queue.assertRoom(79)).not.toThrow());
  expect(() => queue.assertRoom(80)).toThrow('busy');
  finish(1);
  expect([await first, begun()]).toEqual(['done', 100]);
});

test('a flood of sets that try again still gets one set after another done', async () => {
  let running = 0;
  const { hashSet } = createHashQueue(async () => {
    running += 1;
    await new Promise((resolve) => setImmediate(resolve));
    return new Uint8Array(ARGON2ID.digestBytes);
  });
  let done = 0;
  const client = async (): Promise<void> => {
    for (let tries = 0; tries < 50; tries++) {
      if ((await outcomeOf(hashSet(SET))) === 'done') done += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all(Array.from({ length: 20 }, client));
  // Nothing was computed for a set that was refused.
  expect(running).toBe(done * SET.length);
  expect(done).toBeGreaterThan(100);
});

test('a hasher that fails, or gives a digest of another length, is busy, and its job is off the queue', async () => {
  const failures: CodeHasher[] = [
    () => Promise.reject(new Error('no memory')),
    () => {
      throw new Error('no memory');
    },
    async () => new Uint8Array(16),
  ];
  for (const hasher of failures) {
    const queue = createHashQueue(hasher);
    for (let n = 0; n < 101; n++) expect(await outcomeOf(queue.hash(JOB))).toBe('busy');
    for (let n = 0; n < 11; n++) expect(await outcomeOf(queue.hashSet(SET))).toBe('busy');
    await expect(queue.hash(JOB)).rejects.toMatchObject({ cause: expect.any(Error) });
  }
});
