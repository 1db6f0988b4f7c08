/** Quick Argon2: SHA-256 under the names of hash-wasm, for tests that count how often passwords are hashed. */
import { createHash } from 'node:crypto';
import { vi, type Mock } from 'vitest';

interface Given {
  readonly password: string;
  readonly salt: Uint8Array;
}

const digest = (salt: string, password: string): string =>
  `${salt}$${createHash('sha256').update(`${salt}$${password}`).digest('hex')}`;

/** Hashes. */
export const argon2id: Mock<(given: Given) => Promise<string>> = vi.fn(async ({ password, salt }) =>
  digest(Buffer.from(salt).toString('hex'), password),
);

/** Compares. */
export const argon2Verify: Mock<(given: { readonly password: string; readonly hash: string }) => Promise<boolean>> =
  vi.fn(async ({ password, hash }) => digest(hash.split('$')[0] ?? '', password) === hash);
