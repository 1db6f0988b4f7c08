/** Hasher probe: which Argon2id the core chooses in the runtime that runs this file. */
import { wasmHasher } from '../../core/src/crypto/argon2id-inline.ts';
import { chooseHasher } from '../../core/src/crypto/argon2id.ts';

/** What was found. */
export interface HasherFindings {
  /** Name of the default hasher; on the calling thread it is the library that tells how long a hash holds it. */
  readonly hasher: string;
  /** Its digest of a fixed job, in hexadecimal digits. */
  readonly digest: string;
}

/** A job of small cost: which code computes it is the matter, not how long it takes. */
const JOB = {
  message: new TextEncoder().encode('0123456789ABCDEF'),
  salt: new Uint8Array(16).fill(7),
  memoryKiB: 64,
  passes: 2,
  parallelism: 1,
  digestBytes: 32,
} as const;

/** What every implementation must compute of it. */
export const DIGEST = '7d57467398f3727192fb17e86cb10cf84a841a5cad8168639eebecefc79901d6';

/** Asks the core, and lets its choice hash. */
export async function probeHasher(): Promise<HasherFindings> {
  const { name, hasher } = chooseHasher();
  const digest = [...(await hasher(JOB))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (name !== 'calling thread') return { hasher: name, digest };
  const library = await wasmHasher(JOB).then(
    () => 'hash-wasm',
    () => 'noble',
  );
  return { hasher: `${name}, ${library}`, digest };
}
