/** Passwords: the host's check of them, and whether a user has one at all. */
import { MfaError } from '../errors.ts';
import type { PasswordVerifier } from '../options.ts';

/** What the host knows of passwords. */
export interface Passwords {
  /**
   * @returns `'none'` if the user has no password that could be right
   * @throws {MfaError} `store_unavailable` if the host does not answer
   */
  check(userId: string, password: string): Promise<'right' | 'wrong' | 'none'>;
  /** Whether the user has a password. Asks the host for the empty one, which is never anybody's. */
  has(userId: string): Promise<boolean>;
}

/** Wraps the host's check. */
export function createPasswords(verifyPassword: PasswordVerifier | 'passwordless'): Passwords {
  async function check(userId: string, password: string): Promise<'right' | 'wrong' | 'none'> {
    if (verifyPassword === 'passwordless') return 'none';
    try {
      const answer = await verifyPassword(userId, password);
      if (answer === 'none') return 'none';
      return answer === true ? 'right' : 'wrong';
    } catch (cause) {
      throw new MfaError('store_unavailable', { message: 'verifyPassword did not answer.', cause });
    }
  }
  return { check, has: async (userId) => (await check(userId, '')) !== 'none' };
}
