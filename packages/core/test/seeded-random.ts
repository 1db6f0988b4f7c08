/** seededRandom: the same bytes in each run, for tests in which two secrets may not show one code by chance. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { RandomSource } from '@mfakit/core';

/** Deliberately not secure: a seed repeats the same life, down to the codes. */
export function seededRandom(seed: number): RandomSource {
  let counter = 0;
  return (bytes) => {
    const output = new Uint8Array(bytes);
    for (let offset = 0; offset < bytes; offset += 32) {
      const block = sha256(new TextEncoder().encode(`${seed}/${counter++}`));
      output.set(block.subarray(0, Math.min(32, bytes - offset)), offset);
    }
    return output;
  };
}
