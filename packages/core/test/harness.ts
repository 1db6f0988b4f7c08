/** Harness: the test application of the kit, over a store that tests can count, edit and make fail. */
import type { Mfa } from '@mfakit/core';
import {
  outcomeOf,
  testApplication,
  type EnrolledUser,
  type TestApplication,
  type TestApplicationOptions,
} from '@mfakit/testkit';
import { watchedStore, type WatchedStore } from './store/watched-store.ts';

export { quickHasher } from '@mfakit/testkit';

/** Two valid master keys, in both spellings of base64: bytes 0 to 31, and 32 to 63. */
export const KEY_A = Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64');
export const KEY_B = Buffer.from(Array.from({ length: 32 }, (_, i) => i + 32)).toString('base64url');

/** An application whose store a test can inspect. */
export interface Stage extends TestApplication {
  readonly store: WatchedStore;
}

/** A fresh application over a fresh store. */
export function stage(overrides: Omit<TestApplicationOptions, 'store'> = {}): Stage {
  const store = watchedStore();
  return { ...testApplication({ keys: [KEY_A], ...overrides, store }), store };
}

/** Locks the account of a user for every sign-in, the way a login route would: a living session is not locked by it. */
export async function lock({ mfa }: { readonly mfa: Mfa }, userId: string): Promise<void> {
  for (let failures = 0; failures < 10; failures++) await mfa.passwordFailed(userId);
}

/** Locks the account of a user for everything, by wrong codes. */
export async function lockEverywhere(
  { mfa }: { readonly mfa: Mfa },
  { userId, wrongCode }: Pick<EnrolledUser, 'userId' | 'wrongCode'>,
): Promise<void> {
  for (let failures = 0; failures < 10; failures++) await outcomeOf(mfa.stepUp(userId, { code: wrongCode() }));
}
