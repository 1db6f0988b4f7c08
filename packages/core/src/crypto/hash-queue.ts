/** HashQueue: the bounded queue in front of the hasher. */
import { MfaError } from '../errors.ts';
import type { Argon2idJob, CodeHasher } from './code-hasher.ts';

/** Jobs taken at once, running ones included. Six to eight seconds of work for one core with hash-wasm. */
const MAX_JOBS = 100;

/** Up to which sets of new codes may fill it: a flood of setups must keep nobody from signing in. */
const MAX_JOBS_WITH_A_SET = 80;

/** Computes digests; beyond its bounds, and where the hasher fails, it throws `busy`. */
export interface HashQueue {
  /**
   * To be asked before an attempt is counted. Takes no place: whoever waits for a database must not fill the queue.
   * @param jobs - 1 for an attempt, more for a set
   * @throws {MfaError} `busy` where `hash` or `hashSet` would throw it now
   */
  assertRoom(jobs: number): void;
  /** The digest of one code, for an attempt. */
  hash(job: Argon2idJob): Promise<Uint8Array>;
  /** The digests of a set of new codes: taken as a whole or not at all, so that no work is done for half a set. */
  hashSet(jobs: readonly Argon2idJob[]): Promise<readonly Uint8Array[]>;
}

/** Makes the queue of one hasher. */
export function createHashQueue(hasher: CodeHasher): HashQueue {
  let taken = 0;

  function assertRoom(jobs: number): void {
    // A set that is larger than its share is taken alone.
    const limit = jobs === 1 ? MAX_JOBS : MAX_JOBS_WITH_A_SET;
    if (taken > 0 && taken + jobs > limit) throw new MfaError('busy');
  }

  async function run(job: Argon2idJob): Promise<Uint8Array> {
    try {
      const digest = await hasher(job);
      if (digest.length !== job.digestBytes) throw new RangeError(`hasher must give ${job.digestBytes} bytes`);
      return digest;
    } catch (cause) {
      throw new MfaError('busy', { cause });
    } finally {
      taken -= 1;
    }
  }

  return {
    assertRoom,
    async hash(job) {
      assertRoom(1);
      taken += 1;
      return run(job);
    },
    async hashSet(jobs) {
      assertRoom(jobs.length);
      taken += jobs.length;
      return Promise.all(jobs.map(run));
    },
  };
}
