/** HashQueue: the bounded queue in front of the hasher. */
import { MfaError } from '../errors.ts';
import type { Argon2idJob, CodeHasher } from './code-hasher.ts';

/** Jobs taken at once, running ones included. Six to eight seconds of work for one core with hash-wasm. */
const MAX_JOBS = 100;

/** Eight sets of ten new codes. The rest is kept for attempts: a flood of setups keeps nobody from signing in. */
const MAX_JOBS_BEFORE_A_SET = 80;

/** Computes digests; beyond its bounds, and where the hasher fails, it throws `busy`. */
export interface HashQueue {
  /**
   * To be asked before an attempt is counted. Takes no place: whoever waits for a database must not fill the queue.
   * @throws {MfaError} `busy` where `hash` would throw it now
   */
  assertRoom(): void;
  /** The digest of one code, for an attempt. */
  hash(job: Argon2idJob): Promise<Uint8Array>;
  /** The digests of a set of new codes: taken as a whole or not at all, so that no work is done for half a set. */
  hashSet(jobs: readonly Argon2idJob[]): Promise<readonly Uint8Array[]>;
}

/** Makes the queue of one hasher. */
export function createHashQueue(hasher: CodeHasher): HashQueue {
  let taken = 0;

  function assertRoom(limit = MAX_JOBS): void {
    if (taken >= limit) throw new MfaError('busy');
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
    assertRoom: () => assertRoom(),
    async hash(job) {
      assertRoom();
      taken += 1;
      return run(job);
    },
    async hashSet(jobs) {
      assertRoom(MAX_JOBS_BEFORE_A_SET);
      taken += jobs.length;
      return Promise.all(jobs.map(run));
    },
  };
}
