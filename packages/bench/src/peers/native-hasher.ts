/** nativeHasher: a CodeHasher over `@node-rs/argon2`, exactly as docs/operate/sizing.md shows it. */
import type { CodeHasher } from '@mfakit/core';
import { hashRaw } from '@node-rs/argon2';

export const nativeHasher: CodeHasher = ({ message, salt, memoryKiB, passes, parallelism, digestBytes }) =>
  hashRaw(message, {
    salt,
    memoryCost: memoryKiB,
    timeCost: passes,
    parallelism,
    outputLen: digestBytes,
  });
