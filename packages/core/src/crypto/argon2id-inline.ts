/** Argon2id on the calling thread: hash-wasm, or noble if the runtime cannot compile WebAssembly. */
import type { BcryptOptions, IArgon2Options } from 'hash-wasm';
import type { Argon2idJob, CodeHasher } from './code-hasher.ts';
import { loadArgon2id } from './hash-wasm.ts';

/** The last resort: it stalls the event loop while it hashes. Both libraries load on first use. */
export const inlineHasher: CodeHasher = async (job) => {
  try {
    return await wasmHasher(job);
  } catch {
    return nobleHasher(job);
  }
};

/** hash-wasm. Rejects if the runtime cannot compile WebAssembly: workerd forbids it at run time. */
export const wasmHasher: CodeHasher = async (job) => {
  const argon2id = await loadArgon2id();
  return argon2id({ ...wasmOptions(job), outputType: 'binary' });
};

/** Much slower, with the same digests. */
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

/** A call of hash-wasm: a function of it, and its options but for the form of the answer. */
export type WasmCall =
  | { readonly algorithm: 'argon2id'; readonly options: Omit<IArgon2Options, 'outputType'> }
  | { readonly algorithm: 'bcrypt'; readonly options: Omit<BcryptOptions, 'outputType'> };

/** A job under the option names of hash-wasm. */
export function wasmOptions(job: Argon2idJob): Omit<IArgon2Options, 'outputType'> {
  const { message, salt, memoryKiB, passes, parallelism, digestBytes } = job;
  return { password: message, salt, memorySize: memoryKiB, iterations: passes, parallelism, hashLength: digestBytes };
}
