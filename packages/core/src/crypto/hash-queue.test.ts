import { afterEach, describe, expect, test, vi } from 'vitest';
import { ARGON2ID, type Argon2idJob, type CodeHasher } from './code-hasher.ts';
import { createHashQueue, type HashQueue, type Lease } from './hash-queue.ts';

const JOB: Argon2idJob = { ...ARGON2ID, message: new Uint8Array(8), salt: new Uint8Array(16) };
const SET = Array.from({ length: 10 }, () => JOB);
const DIGEST = new Uint8Array(ARGON2ID.digestBytes);

/** A job that names its user. */
const named = (name: string): Argon2idJob => ({ ...JOB, message: new TextEncoder().encode(name) });
const nameOf = ({ message }: Argon2idJob): string => new TextDecoder().decode(message);

/** Ends the jobs that a test has left: their deadlines would go on in the tests after it. */
const endings: (() => void)[] = [];
afterEach(() => endings.splice(0).forEach((end) => end()));

/** A hasher whose jobs end when they are told to, and at the latest with the test. */
function heldHasher(): {
  readonly hasher: CodeHasher;
  /** Whose jobs were begun, in that order. */
  readonly begun: string[];
  readonly finish: (n: number) => Promise<void>;
} {
  const waiting: (() => void)[] = [];
  const begun: string[] = [];
  let over = false;
  endings.push(() => {
    over = true;
    for (const end of waiting.splice(0)) end();
  });
  return {
    begun,
    hasher: (job) => {
      begun.push(nameOf(job));
      return over ? Promise.resolve(DIGEST) : new Promise((resolve) => waiting.push(() => resolve(DIGEST)));
    },
    finish: async (n) => {
      for (let ended = 0; ended < n; ended++) {
        await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(0));
        waiting.shift()?.();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

const outcomeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: { readonly code?: unknown }) => error.code,
  );

/** How many of these can be reserved before `busy`. */
function reserveAll(queue: HashQueue, userIds: readonly string[], jobs: number): readonly Lease[] {
  const leases: Lease[] = [];
  for (const userId of userIds) {
    try {
      leases.push(queue.reserve(userId, jobs));
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'busy') throw error;
    }
  }
  return leases;
}
const users = (n: number): readonly string[] => Array.from({ length: n }, (_, i) => `user-${i}`);
const hashAs = (queue: HashQueue, userId: string, jobs = 1): Promise<unknown> => {
  const lease = queue.reserve(userId, jobs);
  return outcomeOf(lease.hash(Array.from({ length: jobs }, () => named(userId)))).finally(() => lease.release());
};

describe('places', () => {
  test('are bounded in all, and a place that is given back is free for others', () => {
    const queue = createHashQueue(heldHasher().hasher);
    const leases = reserveAll(queue, users(500), 1);
    expect(leases).toHaveLength(400);
    leases[7]?.release();
    leases[7]?.release(); // once is enough
    expect(reserveAll(queue, ['ann', 'bob'], 1)).toHaveLength(1);
    for (const lease of leases) lease.release();
    expect(reserveAll(queue, users(500), 1)).toHaveLength(399);
  });

  test('sets leave the last eighty to attempts', () => {
    const queue = createHashQueue(heldHasher().hasher);
    expect(reserveAll(queue, users(50), 10)).toHaveLength(32);
    expect(reserveAll(queue, users(100), 1)).toHaveLength(80);
  });

  test('of one user are few: a flood by one makes nobody else busy', async () => {
    const queue = createHashQueue(heldHasher().hasher);
    expect(
      reserveAll(
        queue,
        Array.from({ length: 1000 }, () => 'mallory'),
        1,
      ),
    ).toHaveLength(32);
    expect(
      reserveAll(
        queue,
        Array.from({ length: 1000 }, () => 'mallory'),
        10,
      ),
    ).toHaveLength(4);
    expect(reserveAll(queue, users(24), 10)).toHaveLength(24);
    expect(reserveAll(queue, users(50), 1)).toHaveLength(50);
  });

  test('are held by reserving alone: who reserved is never busy, however many come later', async () => {
    const { hasher, finish } = heldHasher();
    const queue = createHashQueue(hasher);
    const early = queue.reserve('ann', 1);
    expect(reserveAll(queue, users(500), 1)).toHaveLength(399);
    const digest = outcomeOf(early.hash([JOB]));
    await finish(1);
    expect(await digest).toBe('done');
  });

  test('are for as many jobs as were reserved, once', async () => {
    const queue = createHashQueue(async () => DIGEST);
    const lease = queue.reserve('ann', 1);
    await expect(lease.hash(SET)).rejects.toThrow('No places');
    expect(await lease.hash([JOB])).toEqual([DIGEST]);
    await expect(lease.hash([JOB])).rejects.toThrow('No places');
    const released = queue.reserve('ann', 1);
    released.release();
    await expect(released.hash([JOB])).rejects.toThrow('No places');
  });
});

describe('turns', () => {
  test('the hasher is given four jobs at a time', async () => {
    const { hasher, begun, finish } = heldHasher();
    const queue = createHashQueue(hasher);
    const work = users(10).map((userId) => hashAs(queue, userId));
    expect(begun).toHaveLength(4);
    await finish(3);
    expect(begun).toHaveLength(7);
    await finish(7);
    expect(new Set(await Promise.all(work))).toEqual(new Set(['done']));
  });

  test('an attempt goes before every set that waits', async () => {
    const { hasher, begun, finish } = heldHasher();
    const queue = createHashQueue(hasher);
    const sets = users(8).map((userId) => hashAs(queue, userId, 10));
    const attempt = hashAs(queue, 'ann');
    await finish(1);
    expect(begun.slice(4)).toEqual(['ann']);
    await finish(80);
    expect(new Set(await Promise.all([...sets, attempt]))).toEqual(new Set(['done']));
  });

  test('users take turns, within attempts and within sets', async () => {
    for (const jobs of [1, 10]) {
      const { hasher, begun, finish } = heldHasher();
      const queue = createHashQueue(hasher);
      for (let n = 0; n < (jobs === 1 ? 30 : 2); n++) void hashAs(queue, 'mallory', jobs);
      const others = [hashAs(queue, 'ann', jobs), hashAs(queue, 'bob', jobs)];
      await finish(3 * jobs + 3);
      // Each of the others had as many turns as the flood, but for the four jobs that were begun before they came.
      expect(await Promise.all(others)).toEqual(['done', 'done']);
      expect(begun.filter((name) => name === 'mallory').length).toBeLessThanOrEqual(jobs + 7);
    }
  });

  test('who had plenty in this minute comes after everybody else, until the minute ends', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const minutes of [0, 2]) {
      const { hasher, begun, finish } = heldHasher();
      const queue = createHashQueue(hasher);
      const all = Promise.all([hashAs(queue, 'mallory', 41), finish(41)]);
      await all;
      begun.length = 0;
      for (const userId of users(4)) void hashAs(queue, userId);
      void hashAs(queue, 'mallory');
      void hashAs(queue, 'ann', 2);
      vi.setSystemTime(Date.now() + minutes * 60_001);
      await finish(4);
      const [, , , , ...later] = begun;
      // Nothing is known of the minute before: then an attempt goes before a set.
      expect(later).toEqual(minutes === 0 ? ['ann', 'ann', 'mallory'] : ['ann', 'mallory', 'ann']);
    }
    vi.useRealTimers();
  });

  test.each([
    ['39 jobs are not plenty', 39, 0, 'ann first'],
    ['40 jobs are', 40, 0, 'ann last'],
    ['a minute is not over after 60,000 ms', 40, 60_000, 'ann last'],
    ['and is a millisecond later', 40, 60_001, 'ann first'],
  ])('%s', async (_what, jobs, laterMs, expected) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const start = Date.now();
    const { hasher, begun, finish } = heldHasher();
    const queue = createHashQueue(hasher);
    await Promise.all([hashAs(queue, 'ann', jobs), finish(jobs)]);
    begun.length = 0;
    for (const userId of users(4)) void hashAs(queue, userId);
    await finish(1);
    vi.setSystemTime(start + laterMs); // `waitFor` moves it too
    void hashAs(queue, 'bob'); // begins, and the minute is looked at
    const attempts = [hashAs(queue, 'ann'), hashAs(queue, 'bea', 2)];
    await finish(7);
    await Promise.all(attempts);
    // Who has plenty comes after the set of another; otherwise an attempt goes before a set.
    expect(begun.indexOf('ann') < begun.indexOf('bea') ? 'ann first' : 'ann last').toBe(expected);
    vi.useRealTimers();
  });

  test('who was never served comes before who waits for another turn', async () => {
    const { hasher, begun, finish } = heldHasher();
    const queue = createHashQueue(hasher);
    const lease = queue.reserve('ann', 1); // keeps ann known
    await Promise.all([hashAs(queue, 'ann'), finish(1)]);
    begun.length = 0;
    for (const userId of users(4)) void hashAs(queue, userId);
    const waiting = [lease.hash([named('ann')]), hashAs(queue, 'bob')];
    await finish(6);
    await Promise.all(waiting);
    expect(begun.slice(4)).toEqual(['bob', 'ann']);
  });

  test("a flood of one user's attempts takes no more than a share from a set of another", async () => {
    const { hasher, begun, finish } = heldHasher();
    const queue = createHashQueue(hasher);
    for (let n = 0; n < 32; n++) void hashAs(queue, 'mallory');
    const set = hashAs(queue, 'ann', 10);
    await finish(24);
    expect(await set).toBe('done');
    expect(begun.filter((name) => name === 'ann')).toHaveLength(10);
  });
});

describe('a hasher that fails', () => {
  afterEach(() => vi.useRealTimers());

  test('or gives another length, or something else, is busy, and its places are free again', async () => {
    const failures: CodeHasher[] = [
      () => Promise.reject(new Error('no memory')),
      () => {
        throw new Error('no memory');
      },
      async () => new Uint8Array(16),
      async () => new Uint8Array(33),
      async () => 'x'.repeat(32) as never,
      async () => Array.from({ length: 32 }, () => 1) as never,
      async () => undefined as never,
    ];
    for (const hasher of failures) {
      const queue = createHashQueue(hasher);
      for (let n = 0; n < 401; n++) expect(await hashAs(queue, `user-${n}`)).toBe('busy');
      for (let n = 0; n < 41; n++) expect(await hashAs(queue, `user-${n}`, 10)).toBe('busy');
      await expect(queue.reserve('ann', 1).hash([JOB])).rejects.toMatchObject({ cause: expect.any(Error) });
    }
  });

  test('costs a set no more than the jobs that were begun', async () => {
    const hasher = vi.fn<CodeHasher>(() => Promise.reject(new Error('no memory')));
    expect(await hashAs(createHashQueue(hasher), 'ann', 100)).toBe('busy');
    expect(hasher.mock.calls.length).toBeLessThanOrEqual(4);
  });

  test('or hangs, is busy after thirty seconds, and others are served then', async () => {
    vi.useFakeTimers();
    let stuck = true;
    const queue = createHashQueue((job) =>
      stuck ? new Promise(() => undefined) : Promise.resolve(job.salt.slice(0, 0)),
    );
    const first = users(4).map((userId) => hashAs(queue, userId));
    const sound = createHashQueue(async () => DIGEST);
    expect(await hashAs(sound, 'ann')).toBe('done');
    let settled = 0;
    for (const each of first) void each.then(() => (settled += 1));
    const next = hashAs(queue, 'ann');
    await vi.advanceTimersByTimeAsync(29_999);
    expect(settled).toBe(0);
    stuck = false;
    await vi.advanceTimersByTimeAsync(1);
    expect(await Promise.all(first)).toEqual(['busy', 'busy', 'busy', 'busy']);
    expect(await next).toBe('busy'); // begun, and given no digest
    expect(vi.getTimerCount()).toBe(0);
  });

  test('or hangs, is told as the cause', async () => {
    vi.useFakeTimers();
    const queue = createHashQueue(() => new Promise(() => undefined));
    const cause = queue
      .reserve('ann', 1)
      .hash([JOB])
      .catch((error: Error) => error.cause);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await cause).toEqual(new Error('hasher took too long'));
  });
});
