/** Passwords: hashed with Argon2id. */
import { argon2id, argon2Verify } from 'hash-wasm';
import { randomBytes } from 'node:crypto';

/** OWASP's first choice for Argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = {
  memorySize: 19_456,
  iterations: 2,
  parallelism: 1,
  hashLength: 32,
  outputType: 'encoded',
} as const;

/** @returns a PHC string, which holds its own salt and parameters */
export async function hashPassword(password: string): Promise<string> {
  return argon2id({ password, salt: randomBytes(16), ...PARAMETERS });
}

let nobodysHash: Promise<string> | undefined;

/** @param hash - `null` for an unknown user, which takes as long: the time does not tell who has an account */
export async function checkPassword(hash: string | null, password: string): Promise<boolean> {
  nobodysHash ??= hashPassword(randomBytes(16).toString('hex'));
  const matches = await argon2Verify({ password, hash: hash ?? (await nobodysHash) });
  return matches && hash !== null;
}
