/** nativeHasher: a CodeHasher over `@node-rs/argon2`, as a host would write it. */
import type { CodeHasher } from '@mfakit/core';
import { hashRaw } from '@node-rs/argon2';

/** For `createMfa({ hasher: nativeHasher })`. Argon2id version 0x13 is what the package computes where nothing is said. */
export const nativeHasher: CodeHasher = ({ message, salt, memoryKiB, passes, parallelism, digestBytes }) =>
  hashRaw(message, {
    salt,
    memoryCost: memoryKiB,
    timeCost: passes,
    parallelism,
    outputLen: digestBytes,
  });
