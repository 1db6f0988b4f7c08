/** The default CodeHasher: the best Argon2id that the runtime has. */
import { inlineHasher } from './argon2id-inline.ts';
import { nodeHasher } from './argon2id-node.ts';
import { threadHasher } from './argon2id-threads.ts';
import type { CodeHasher } from './code-hasher.ts';

/**
 * The best hasher that the runtime has: `node:crypto` (Node >= 24.7), else hash-wasm in two worker threads, else, where
 * there are no threads, on the calling thread.
 */
export function defaultHasher(): CodeHasher {
  return nodeHasher() ?? threadHasher() ?? inlineHasher;
}
