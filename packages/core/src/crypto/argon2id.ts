/** The default CodeHasher: the best Argon2id that the runtime has. */
import { inlineHasher } from './argon2id-inline.ts';
import { nodeHasher } from './argon2id-node.ts';
import { threadHasher } from './argon2id-threads.ts';
import type { CodeHasher } from './code-hasher.ts';

/** A hasher with its name, so that the tests of each runtime can check the choice. */
export interface ChosenHasher {
  readonly name: 'node:crypto' | 'worker threads' | 'calling thread';
  readonly hasher: CodeHasher;
}

/**
 * Chooses the best hasher that the runtime has: `node:crypto` (Node >= 24.7, Bun), otherwise hash-wasm in two worker
 * threads, or on the calling thread if there are no worker threads.
 */
export function chooseHasher(): ChosenHasher {
  const native = nodeHasher();
  if (native !== null) return { name: 'node:crypto', hasher: native };
  const threads = threadHasher();
  if (threads !== null) return { name: 'worker threads', hasher: threads };
  return { name: 'calling thread', hasher: inlineHasher };
}

/** The hasher that core uses unless the host passes its own. */
export function defaultHasher(): CodeHasher {
  return chooseHasher().hasher;
}
