/** The default CodeHasher: the best Argon2id that the runtime has. */
import { inlineHasher } from './argon2id-inline.ts';
import { nodeHasher } from './argon2id-node.ts';
import { threadHasher } from './argon2id-threads.ts';
import type { CodeHasher } from './code-hasher.ts';

/** A hasher by its name, which tells the tests of each runtime what was chosen there. */
export interface ChosenHasher {
  readonly name: 'node:crypto' | 'worker threads' | 'calling thread';
  readonly hasher: CodeHasher;
}

/**
 * Chooses the best hasher that the runtime has: `node:crypto` (Node >= 24.7, Bun), else hash-wasm in two worker threads,
 * else, if there are no threads, the calling thread.
 */
export function chooseHasher(): ChosenHasher {
  const native = nodeHasher();
  if (native !== null) return { name: 'node:crypto', hasher: native };
  const threads = threadHasher();
  if (threads !== null) return { name: 'worker threads', hasher: threads };
  return { name: 'calling thread', hasher: inlineHasher };
}

/** The hasher that serves unless the host gives one of its own. */
export function defaultHasher(): CodeHasher {
  return chooseHasher().hasher;
}
