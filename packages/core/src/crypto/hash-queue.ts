/** HashQueue: the bounded queue in front of the hasher, in which users take turns. */
import { within } from '../deadline.ts';
import { MfaError } from '../errors.ts';
import { bcryptHasher, type BcryptHasher } from './bcrypt.ts';
import type { CodeHasher, HashJob } from './code-hasher.ts';
import { isLoadFailure } from './load-failure.ts';
import { isBytes } from './random.ts';

/** Jobs given to the hasher at once: those that it holds itself are beyond our turns. */
const MAX_RUNNING = 4;

/** Places in all. About fifteen seconds of work for two threads with hash-wasm. */
const MAX_PLACES = 400;

/** Up to which sets of new codes may fill it: a flood of sets must keep nobody from signing in. */
const MAX_PLACES_WITH_A_SET = 320;

/** Places for attempts of one user: what one account sends must keep no other account out. */
const MAX_ATTEMPT_PLACES_PER_USER = 32;

/** Sets of one user: one for `confirm`, and some for `regenerate`, which takes its places before it is proven. */
const MAX_SETS_PER_USER = 4;

/**
 * Jobs of one user in a minute, after which everybody else goes first. More than an enrollment, ten failures and a new set
 * need: only what one account sends in plenty is put back, and only while others wait.
 */
const LIGHT_JOBS = 40;
const WINDOW_MS = 60_000;

/** How long one hash may take. noble on a slow core needs seconds for four at once. */
const HASH_DEADLINE_MS = 30_000;

/** Places in the queue, held for work that comes later. */
export interface Lease {
  /**
   * The digests of these jobs, in their order; no more jobs than were reserved.
   * @throws {MfaError} `busy` if the hasher fails, gives anything but the bytes that were asked for, or takes too long;
   *   `hasher_unavailable` if it cannot load; the rest of the jobs is then dropped
   */
  hash(jobs: readonly HashJob[]): Promise<readonly Uint8Array[]>;
  /**
   * Takes places until there are so many in all. Once it has returned, asking for as many again changes nothing.
   * @throws {MfaError} `busy` as `reserve`; the places that were held stay
   */
  fit(jobs: number): void;
  /** Gives the places back, and drops what still waits. Call it in every path; more calls change nothing. */
  release(): void;
}

/** Lends places to users, and computes digests for those that hold some. */
export interface HashQueue {
  /**
   * Call it before an attempt is counted, so that none is counted and then refused for want of a place.
   * @param jobs - 1 for an attempt, more for a set of new codes
   * @throws {MfaError} `busy` if the user holds as many places as one user may, or if the queue is full
   */
  reserve(userId: string, jobs: number): Lease;
}

interface Task {
  readonly job: HashJob;
  readonly resolve: (digest: Uint8Array) => void;
  readonly reject: (error: MfaError) => void;
}

interface User {
  /** Whether this one had more than `LIGHT_JOBS` in this minute. */
  heavy: boolean;
  /** Places that attempts hold. */
  attempts: number;
  /** Leases for sets. */
  sets: number;
  running: number;
  /** When the user was last served, as a number that grows. */
  served: number;
  readonly waiting: { readonly attempts: Task[]; readonly sets: Task[] };
}

/** Makes the queue of one hasher. `deadlineMs`: how long one hash may take, in milliseconds. */
export function createHashQueue(
  hasher: CodeHasher,
  deadlineMs: number = HASH_DEADLINE_MS,
  bcrypt: BcryptHasher = bcryptHasher(),
): HashQueue {
  const users = new Map<string, User>();
  let places = 0;
  let running = 0;
  let served = 0;
  /** Jobs begun in this minute, by user. By the machine's own clock: nothing is decided by it but an order. */
  const recent = new Map<string, number>();
  let windowStart = Date.now();

  function countJob(userId: string, user: User): void {
    if (Math.abs(Date.now() - windowStart) > WINDOW_MS) {
      windowStart = Date.now();
      recent.clear();
      for (const each of users.values()) each.heavy = false;
    }
    const jobs = (recent.get(userId) ?? 0) + 1;
    recent.set(userId, jobs);
    user.heavy = jobs >= LIGHT_JOBS;
  }

  function runNext(): void {
    while (running < MAX_RUNNING) {
      const found = nextInTurn(users);
      if (found === undefined) return;
      const [userId, user] = found;
      const task = user.waiting.attempts.shift() ?? user.waiting.sets.shift();
      if (task === undefined) return;
      running += 1;
      user.running += 1;
      user.served = served += 1;
      countJob(userId, user);
      void runInTime(task, () => {
        running -= 1;
        user.running -= 1;
        dropIdle(userId, user);
        runNext();
      });
    }
  }

  /** Settles the task, and calls `end` before anything can follow from that. */
  async function runInTime({ job, resolve, reject }: Task, end: () => void): Promise<void> {
    try {
      const digest = await within(
        deadlineMs,
        'bcryptCost' in job ? bcrypt(job) : hasher(job),
        () => new Error('hasher took too long'),
      );
      if (!isBytes(digest, job.digestBytes)) throw new RangeError(`hasher must give ${job.digestBytes} bytes`);
      resolve(digest);
    } catch (cause) {
      reject(new MfaError(isLoadFailure(cause) ? 'hasher_unavailable' : 'busy', { cause }));
    } finally {
      end();
    }
  }

  function dropIdle(userId: string, { attempts, sets, running: busy }: User): void {
    if (attempts + sets + busy === 0) users.delete(userId);
  }

  return {
    reserve(userId, jobs) {
      const kind = jobs === 1 ? 'attempts' : 'sets';
      const user = users.get(userId) ?? newUser((recent.get(userId) ?? 0) >= LIGHT_JOBS);
      let size = 0;
      let left = 0;
      const grow = (more: number): void => {
        const full =
          kind === 'attempts'
            ? user.attempts + more > MAX_ATTEMPT_PLACES_PER_USER || places + more > MAX_PLACES
            : user.sets >= MAX_SETS_PER_USER || places + more > MAX_PLACES_WITH_A_SET;
        if (full) throw new MfaError('busy');
        places += more;
        size += more;
        left += more;
        if (kind === 'attempts') user.attempts += more;
      };
      grow(jobs);
      users.set(userId, user);
      if (kind === 'sets') user.sets += 1;

      let held = true;
      let tasks: readonly Task[] = [];
      const drop = (): void => {
        const all = user.waiting[kind];
        const dropped = all.filter((task) => tasks.includes(task));
        all.splice(0, all.length, ...all.filter((task) => !tasks.includes(task)));
        for (const { reject } of dropped) reject(new MfaError('busy'));
      };
      return {
        async hash(batch) {
          if (!held || batch.length > left) throw new Error('No places were reserved for these jobs.');
          left -= batch.length;
          const digests = batch.map(
            (job) =>
              new Promise<Uint8Array>((resolve, reject) => {
                const task: Task = {
                  job,
                  resolve,
                  reject(error) {
                    drop(); // half a set is of no use
                    reject(error);
                  },
                };
                tasks = [...tasks, task];
                user.waiting[kind].push(task);
              }),
          );
          runNext();
          return Promise.all(digests);
        },
        fit(wanted) {
          if (!held || kind === 'sets') throw new Error('This lease cannot grow.');
          if (wanted > size) grow(wanted - size);
        },
        release() {
          if (!held) return;
          held = false;
          drop();
          places -= size;
          user[kind] -= kind === 'attempts' ? size : 1;
          dropIdle(userId, user);
        },
      };
    },
  };
}

function newUser(heavy: boolean): User {
  return { heavy, attempts: 0, sets: 0, running: 0, served: 0, waiting: { attempts: [], sets: [] } };
}

/**
 * The user whose job is next: one who did not have plenty in this minute; then one with fewest jobs running; then an
 * attempt goes before a set; then the longest wait decides. So no flood by one user, of attempts or of sets, takes more
 * than that user's share, and a long one takes only what nobody else wants.
 */
function nextInTurn(users: ReadonlyMap<string, User>): readonly [string, User] | undefined {
  let next: readonly [string, User] | undefined;
  for (const entry of users) {
    const { attempts, sets } = entry[1].waiting;
    if (attempts.length + sets.length === 0) continue;
    if (next === undefined || precedes(entry[1], next[1])) next = entry;
  }
  return next;
}

function precedes(a: User, b: User): boolean {
  if (a.heavy !== b.heavy) return b.heavy;
  if (a.running !== b.running) return a.running < b.running;
  const [aAttempts, bAttempts] = [a.waiting.attempts.length > 0, b.waiting.attempts.length > 0];
  return aAttempts === bAttempts ? a.served < b.served : aAttempts;
}
