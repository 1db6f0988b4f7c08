/** One application: the same keys and the same instant in every process that runs it. */
import { createMfa, type Mfa, type MfaStore } from '@mfakit/core';
import { virtualAuthenticator, type VirtualAuthenticator } from '@mfakit/testkit';

/** A valid master key. */
export const KEY: string = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64');

/** When users enrol. */
const ENROLLED_AT = Date.UTC(2026, 0, 1);

/** When attempts are made: a later time step. */
export const NOW: number = ENROLLED_AT + 60_000;

/** A user who has enrolled, with codes that were never used. */
export interface EnrolledUser {
  readonly userId: string;
  readonly phone: VirtualAuthenticator;
  /** The one at {@link NOW}. */
  readonly code: string;
  readonly wrongCode: string;
  readonly backupCodes: readonly string[];
}

/** @param now - epoch milliseconds; the clock stands still */
export function application(store: MfaStore, now: number = NOW): Mfa {
  return createMfa({
    issuer: 'Acme',
    store,
    keys: [KEY],
    verifyPassword: 'passwordless',
    clock: () => now,
    // SHA-256 in place of Argon2id: a store cannot tell them apart.
    hasher: async ({ message, salt }) =>
      new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array([...salt, ...message]))),
  });
}

/** Enrols a user before {@link NOW}. */
export async function enrol(store: MfaStore, userId: string): Promise<EnrolledUser> {
  const mfa = application(store, ENROLLED_AT);
  const { uri, backupCodes } = await mfa.setup({ userId }, { accountName: userId });
  const phone = virtualAuthenticator(uri);
  await mfa.confirm({ userId }, { code: phone.code(ENROLLED_AT) });
  const near = [-1, 0, 1].map((step) => phone.code(NOW + step * 30_000));
  const wrongCode = ['111111', '222222', '333333', '444444'].find((code) => !near.includes(code)) ?? '';
  return { userId, phone, code: phone.code(NOW), wrongCode, backupCodes };
}
