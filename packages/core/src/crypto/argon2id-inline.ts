/** Argon2id on the calling thread: hash-wasm, or noble where the runtime compiles no WebAssembly. */
import type { IArgon2Options } from 'hash-wasm';
import type { Argon2idJob, CodeHasher } from './code-hasher.ts';

/** Stalls the event loop for the length of a hash: the last resort. Both libraries load at the first use. */
export const inlineHasher: CodeHasher = async (job) => {
  try {
    return await wasmHasher(job);
  } catch {
    return nobleHasher(job);
  }
};

/** hash-wasm. Rejects if the runtime compiles no WebAssembly: workerd forbids it at run time. */
export const wasmHasher: CodeHasher = async (job) => {
  const { argon2id } = await import('hash-wasm');
  return argon2id({ ...wasmOptions(job), outputType: 'binary' });
};

/** Slower by far, equal digest for digest. */
const nobleHasher: CodeHasher = async ({
  message,
  salt,
  memoryKiB: m,
  passes: t,
  parallelism: p,
  digestBytes: dkLen,
}) => {
  const { argon2idAsync } = await import('@noble/hashes/argon2.js');
  return argon2idAsync(message, salt, { m, t, p, dkLen });
};

/** A job in the words of hash-wasm. */
export function wasmOptions(job: Argon2idJob): Omit<IArgon2Options, 'outputType'> {
  const { message, salt, memoryKiB, passes, parallelism, digestBytes } = job;
  return { password: message, salt, memorySize: memoryKiB, iterations: passes, parallelism, hashLength: digestBytes };
}
