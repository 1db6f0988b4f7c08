/** bcrypt from hash-wasm, for codes that another system hashed: in threads where there are any. */
import type { BcryptJob } from './code-hasher.ts';
import { hashThreads } from './argon2id-threads.ts';
import { loadBcrypt } from './hash-wasm.ts';

/** Computes one bcrypt digest, of 24 bytes. */
export type BcryptHasher = (job: BcryptJob) => Promise<Uint8Array>;

/** Makes the hasher. Nothing is loaded, and no thread started, before the first job. */
export function bcryptHasher(): BcryptHasher {
  let threads: ReturnType<typeof hashThreads> | undefined;
  return async ({ message, salt, bcryptCost }) => {
    const options = { password: message, salt, costFactor: bcryptCost };
    threads ??= hashThreads();
    if (threads !== null) return threads({ algorithm: 'bcrypt', options });
    const bcrypt = await loadBcrypt();
    return bcrypt({ ...options, outputType: 'binary' });
  };
}
