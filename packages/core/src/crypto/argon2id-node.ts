/** Argon2id from node:crypto, on the thread pool of libuv. */
import type { CodeHasher } from './code-hasher.ts';

/** `crypto.argon2` of Node >= 24.7. */
type Argon2 = (
  algorithm: 'argon2id',
  parameters: Readonly<Record<string, Uint8Array | number>>,
  done: (error: Error | null, digest: Uint8Array) => void,
) => void;

/** @returns `null` if the runtime has no such function */
export function nodeHasher(): CodeHasher | null {
  // Not an import: bundlers for other runtimes would have to resolve it.
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto') as { readonly argon2?: Argon2 } | undefined;
  const argon2 = crypto?.argon2;
  if (argon2 === undefined) return null;
  return ({ message, salt: nonce, memoryKiB: memory, passes, parallelism, digestBytes: tagLength }) =>
    new Promise((resolve, reject) => {
      argon2('argon2id', { message, nonce, memory, passes, parallelism, tagLength }, (error, digest) => {
        if (error) reject(error);
        else resolve(new Uint8Array(digest));
      });
    });
}
