/** One application: the same keys and the same instant in every process that runs it. */
import type { Mfa, MfaStore } from '@mfakit/core';
import { testApplication, testClock, type EnrolledUser, type TestApplication } from '@mfakit/testkit';

/** When users enroll. */
const ENROLLED_AT = Date.UTC(2026, 0, 1);

/** When attempts are made: one time step later. */
export const NOW: number = ENROLLED_AT + 30_000;

function open(store: MfaStore, now: number): TestApplication {
  return testApplication({ store, verifyPassword: 'passwordless', clock: testClock(now) });
}

/** @param now - epoch milliseconds; the clock stands still */
export function application(store: MfaStore, now: number = NOW): Mfa {
  return open(store, now).mfa;
}

/** Enrolls a user. Their phone shows an unspent code at {@link NOW}. */
export async function enroll(store: MfaStore, userId: string): Promise<EnrolledUser> {
  return open(store, ENROLLED_AT).enroll(userId);
}
