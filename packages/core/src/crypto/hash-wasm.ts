/** hash-wasm: the two of its parts that are used, each a file of its own. The package as a whole has twenty more. */
import type { argon2id, bcrypt } from 'hash-wasm';

/** Where each part is, for `require.resolve`. */
export const PARTS = {
  argon2id: 'hash-wasm/dist/argon2.umd.min.js',
  bcrypt: 'hash-wasm/dist/bcrypt.umd.min.js',
} as const;

/** A CommonJS module, as `import` gives it. */
interface Part<Functions> {
  readonly default: Functions;
}

/** Loads Argon2id. */
export async function loadArgon2id(): Promise<typeof argon2id> {
  // @ts-expect-error -- the parts have no types of their own
  const part: Part<{ readonly argon2id: typeof argon2id }> = await import('hash-wasm/dist/argon2.umd.min.js');
  return part.default.argon2id;
}

/** Loads bcrypt. */
export async function loadBcrypt(): Promise<typeof bcrypt> {
  // @ts-expect-error -- as above
  const part: Part<{ readonly bcrypt: typeof bcrypt }> = await import('hash-wasm/dist/bcrypt.umd.min.js');
  return part.default.bcrypt;
}
