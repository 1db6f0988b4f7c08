/** Hashers: every Argon2id that can serve here, behind the port of the core. */
import type { Argon2idJob, CodeHasher } from '@mfakit/core';
import { randomBytes } from 'node:crypto';
import { inlineHasher, nodeHasher, threadHasher } from './internals.ts';

/** A hasher by the name that reports give it. */
export interface NamedHasher {
  readonly name: string;
  readonly hasher: CodeHasher;
  /** Whether it computes outside of JavaScript and WebAssembly. */
  readonly native: boolean;
}

/** The hashers of the core that this runtime has, the default one first. */
export function coreHashers(): readonly NamedHasher[] {
  const node = nodeHasher();
  const threads = threadHasher();
  return [
    ...(node === null ? [] : [{ name: 'node:crypto', hasher: node, native: true }]),
    ...(threads === null ? [] : [{ name: 'hash-wasm, two threads', hasher: threads, native: false }]),
    { name: 'hash-wasm, inline', hasher: inlineHasher, native: false },
  ];
}

/** A job of the core's own cost, under a salt of its own. */
export function sampleJob(): Argon2idJob {
  return {
    message: new TextEncoder().encode('0123ABCD'),
    salt: new Uint8Array(randomBytes(16)),
    memoryKiB: 19_456,
    passes: 2,
    parallelism: 1,
    digestBytes: 32,
  };
}
