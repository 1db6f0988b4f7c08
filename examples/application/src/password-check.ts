/** Password check: what surrounds every check of a password, so that nobody can guess it and nobody learns who has an account. */
import { MfaError } from '@mfakit/core';
import { readDeviceCookie } from '@mfakit/http';
import { createHash } from 'node:crypto';
import type { Account } from './accounts.ts';
import type { Parts } from './parts.ts';
import { Refusal } from './reply.ts';
import { contextOf, type Visitor } from './visitor.ts';

/** Ids of names that have no account. No account has such an id. */
const STRANGER = 'stranger:';

/** Whether failures were counted under a name that has no account. */
export function isStranger(userId: string): boolean {
  return userId.startsWith(STRANGER);
}

/** One attempt. */
export interface PasswordAttempt {
  /** `null`: the name has none. */
  readonly account: Account | null;
  /** As it was typed. */
  readonly userName: string;
  readonly password: string;
}

/**
 * Checks a password. A name without an account gets the same answers after the same work, locks included: its failures are
 * counted by the same library, under an id made from the name.
 * @returns the account; `null` if name or password is wrong
 * @throws {Refusal} 429 if this network has tried too often
 * @throws {MfaError} `locked`
 */
export async function checkedAccount(
  { mfa, accounts, passwordLimit }: Pick<Parts, 'mfa' | 'accounts' | 'passwordLimit'>,
  { account, userName, password }: PasswordAttempt,
  visitor: Visitor,
): Promise<Account | null> {
  // Before anything is awaited: a hundred requests at once find no more places than a hundred in a row.
  const giveBack = passwordLimit.enter(visitor.ip);
  if (giveBack === null) throw new Refusal(429, 'too_many_requests', 'Too many attempts. Try again later.');
  const userId = account?.id ?? STRANGER + createHash('sha256').update(userName).digest('base64url');
  const from = { device: readDeviceCookie(visitor.cookies) };
  await mfa.assertNotLocked(userId, from);
  if ((await accounts.hasPassword(account?.id ?? null, password)) && account !== null) {
    giveBack();
    return account;
  }
  await mfa.passwordFailed(userId, contextOf(visitor), from);
  // The failure that locks is answered with the lock.
  const { locked, lockedUntil } = await mfa.status(userId);
  if (locked) throw new MfaError('locked', { retryAt: lockedUntil });
  return null;
}
