/** CodeHasher: Argon2id (RFC 9106, version 0x13) behind a port, with the best implementation at hand as its default. */

import { MfaError } from '../errors.ts';

/** One Argon2id computation. */
export interface Argon2idJob {
  readonly message: Uint8Array;
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** Memory in KiB (RFC 9106: m). */
  readonly memoryKiB: number;
  /** Passes over the memory (RFC 9106: t). */
  readonly passes: number;
  /** Lanes (RFC 9106: p). */
  readonly parallelism: number;
  /** Length of the digest in bytes (RFC 9106: T). */
  readonly digestBytes: number;
}

/**
 * Computes one Argon2id digest. Must not stall the event loop for long.
 * A hasher that has too much to do rejects; the attempt is then refused with `busy`.
 */
export type CodeHasher = (job: Argon2idJob) => Promise<Uint8Array>;

/** OWASP's minimum for Argon2id, and 256-bit digests. */
export const ARGON2ID = { memoryKiB: 19_456, passes: 2, parallelism: 1, digestBytes: 32 } as const;

/** The same hasher, with every failure of it told as `busy`. */
export function guardHasher(hasher: CodeHasher): CodeHasher {
  return async (job) => {
    try {
      return await hasher(job);
    } catch (cause) {
      throw new MfaError('busy', { cause });
    }
  };
}

interface NodeArgon2Parameters {
  readonly message: Uint8Array;
  readonly nonce: Uint8Array;
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly tagLength: number;
}

/** `crypto.argon2` of Node >= 24.7, which runs on libuv's thread pool. */
type NodeArgon2 = (
  algorithm: 'argon2id',
  parameters: NodeArgon2Parameters,
  done: (error: Error | null, digest: Uint8Array) => void,
) => void;

/** `node:crypto` where it has Argon2, else hash-wasm, loaded at the first use. */
export function defaultHasher(): CodeHasher {
  const argon2 = nodeArgon2();
  return argon2 === undefined ? wasmHasher : nodeHasher(argon2);
}

function nodeArgon2(): NodeArgon2 | undefined {
  // Not an import: bundlers for other runtimes would have to resolve it.
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto') as { argon2?: NodeArgon2 } | undefined;
  return crypto?.argon2;
}

function nodeHasher(argon2: NodeArgon2): CodeHasher {
  return (job) =>
    new Promise((resolve, reject) => {
      const { message, salt: nonce, memoryKiB: memory, passes, parallelism, digestBytes: tagLength } = job;
      argon2('argon2id', { message, nonce, memory, passes, parallelism, tagLength }, (error, digest) => {
        if (error === null) resolve(new Uint8Array(digest));
        else reject(error);
      });
    });
}

const wasmHasher: CodeHasher = async (job) => {
  const { argon2id } = await import('hash-wasm');
  return argon2id({
    password: job.message,
    salt: job.salt,
    memorySize: job.memoryKiB,
    iterations: job.passes,
    parallelism: job.parallelism,
    hashLength: job.digestBytes,
    outputType: 'binary',
  });
};
