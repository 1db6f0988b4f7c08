/** quickHasher: SHA-256 in place of Argon2id, for tests that are not about hashing. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Argon2idJob } from '@mfakit/core';

/**
 * A `CodeHasher` for `createMfa({ hasher })` that takes microseconds instead of tens of milliseconds. It is
 * synchronous underneath, so a scheduler can replay an order of steps exactly. Use it in tests only: backup codes are
 * too short for a fast hash.
 *
 * @example
 * ```ts
 * import { createMfa } from '@mfakit/core';
 * import { memoryStore } from '@mfakit/memory';
 * import { quickHasher } from '@mfakit/testkit';
 *
 * const keys = [Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')];
 * createMfa({ issuer: 'Acme', store: memoryStore(), keys, verifyPassword: 'passwordless', hasher: quickHasher });
 * ```
 */
export async function quickHasher({ message, salt, digestBytes }: Argon2idJob): Promise<Uint8Array> {
  return sha256.create().update(salt).update(message).digest().subarray(0, digestBytes);
}
