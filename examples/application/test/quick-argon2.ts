/** Quick Argon2: SHA-256 under the names of hash-wasm, for tests that count how often passwords are hashed. */
import { createHash } from 'node:crypto';
import { vi, type Mock } from 'vitest';

type Hash = (given: { readonly password: string; readonly salt: Uint8Array }) => Promise<string>;
type Verify = (given: { readonly password: string; readonly hash: string }) => Promise<boolean>;

const digest = (salt: string, password: string): string =>
  `${salt}$${createHash('sha256').update(`${salt}$${password}`).digest('hex')}`;

/** Hashes. */
export const argon2id: Mock<Hash> = vi.fn<Hash>(async ({ password, salt }) =>
  digest(Buffer.from(salt).toString('hex'), password),
);

/** Compares. */
export const argon2Verify: Mock<Verify> = vi.fn<Verify>(
  async ({ password, hash }) => digest(hash.split('$')[0] ?? '', password) === hash,
);
