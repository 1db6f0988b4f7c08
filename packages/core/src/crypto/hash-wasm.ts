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

// Bundlers follow the text of an `import`, and TypeScript finds no types there: hence a text of no known value.

/** Loads Argon2id. */
export async function loadArgon2id(): Promise<typeof argon2id> {
  const part: Part<{ readonly argon2id: typeof argon2id }> = await import('hash-wasm/dist/argon2.umd.min.js' as string);
  return part.default.argon2id;
}

/** Loads bcrypt. */
export async function loadBcrypt(): Promise<typeof bcrypt> {
  const part: Part<{ readonly bcrypt: typeof bcrypt }> = await import('hash-wasm/dist/bcrypt.umd.min.js' as string);
  return part.default.bcrypt;
}
