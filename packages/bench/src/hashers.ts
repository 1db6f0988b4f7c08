/** Hashers: the Argon2id libraries that work here, behind the port of core, and the name of core's own choice. */
import type { Argon2idJob, CodeHasher } from '@mfakit/core';
import { argon2id } from 'hash-wasm';
import * as nodeCrypto from 'node:crypto';
import { nativeHasher } from './peers/native-hasher.ts';

/** A hasher, with its name in the reports. */
export interface NamedHasher {
  readonly name: string;
  readonly hasher: CodeHasher;
  /** Whether it computes outside JavaScript and WebAssembly. */
  readonly native: boolean;
}

/** `crypto.argon2` of Node >= 24.7, which is missing in the types of Node 20. */
type Argon2 = (
  algorithm: 'argon2id',
  parameters: Readonly<Record<string, Uint8Array | number>>,
  done: (error: Error | null, digest: Uint8Array) => void,
) => void;

const argon2 = Reflect.get(nodeCrypto, 'argon2') as Argon2 | undefined;

const nodeHasher: CodeHasher = ({ message, salt, memoryKiB, passes, parallelism, digestBytes }) =>
  new Promise((resolve, reject) => {
    const parameters = { message, nonce: salt, memory: memoryKiB, passes, parallelism, tagLength: digestBytes };
    argon2?.('argon2id', parameters, (error, digest) => (error ? reject(error) : resolve(new Uint8Array(digest))));
  });

const wasmHasher: CodeHasher = ({ message, salt, memoryKiB, passes, parallelism, digestBytes }) =>
  argon2id({
    password: message,
    salt,
    memorySize: memoryKiB,
    iterations: passes,
    parallelism,
    hashLength: digestBytes,
    outputType: 'binary',
  });

/** The hashers that this runtime has. Each is passed to core as `hasher`, and measured on its own as the floor. */
export const HASHERS: readonly NamedHasher[] = [
  ...(argon2 === undefined ? [] : [{ name: 'node:crypto', hasher: nodeHasher, native: true }]),
  { name: 'hash-wasm, calling thread', hasher: wasmHasher, native: false },
  { name: '@node-rs/argon2', hasher: nativeHasher, native: true },
];

/** The default hasher of core in this runtime, as documented. Core's tests check that it is the one. */
export const DEFAULT_HASHER: { readonly name: string; readonly native: boolean } =
  argon2 === undefined ? { name: 'hash-wasm, two threads', native: false } : { name: 'node:crypto', native: true };

/** A job with the cost that core uses, and with its own salt. */
export function sampleJob(): Argon2idJob {
  return {
    message: new TextEncoder().encode('0123ABCD'),
    salt: new Uint8Array(nodeCrypto.randomBytes(16)),
    memoryKiB: 19_456,
    passes: 2,
    parallelism: 1,
    digestBytes: 32,
  };
}
