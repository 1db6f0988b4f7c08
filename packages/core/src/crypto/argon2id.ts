/** The default CodeHasher: the best Argon2id that the runtime has, with a bounded queue. */
import { MfaError } from '../errors.ts';
import { inlineHasher } from './argon2id-inline.ts';
import { nodeHasher } from './argon2id-node.ts';
import { threadHasher } from './argon2id-threads.ts';
import type { CodeHasher } from './code-hasher.ts';

/**
 * Jobs that the default hasher takes at once, running ones included: beyond them `busy`. Six to eight seconds of work
 * for one core with hash-wasm, and ten setups.
 */
const MAX_JOBS = 100;

/**
 * The best hasher that the runtime has: `node:crypto` (Node >= 24.7), else hash-wasm in two worker threads, else, where
 * there are no threads, on the calling thread.
 */
export function defaultHasher(): CodeHasher {
  return bounded(nodeHasher() ?? threadHasher() ?? inlineHasher, MAX_JOBS);
}

function bounded(hasher: CodeHasher, maxJobs: number): CodeHasher {
  let jobs = 0;
  return async (job) => {
    if (jobs >= maxJobs) throw new MfaError('busy');
    jobs += 1;
    try {
      return await hasher(job);
    } finally {
      jobs -= 1;
    }
  };
}
