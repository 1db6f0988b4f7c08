/** Rows: users of an old system, as tests import them, and the phones that show their codes. */
import { createHash } from 'node:crypto';
import type { ImportedCodes, ImportedFactor, ImportedUser, Mfa } from '@mfakit/core';
import { virtualAuthenticator, type VirtualAuthenticator } from '@mfakit/testkit';
import { base32nopad } from '@scure/base';

/** A secret of so many bytes, a different one for each number. */
export function secretOf(number: number, bytes = 20): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => (number * 31 + i * 7 + 1) % 256);
}

/** The id that a factor of an import has. It follows from what the source calls it. */
export function factorIdOf(userId: string, source: string, externalId: string): string {
  const name = JSON.stringify([userId, source, externalId]);
  return createHash('sha256').update(name).digest().subarray(0, 16).toString('base64url');
}

/** What a QR code of the old system said. */
export function uriOf({ secret, algorithm, digits, periodSeconds }: ImportedFactor): string {
  const given = new URLSearchParams({ secret: base32nopad.encode(secret), issuer: 'Old' });
  if (algorithm !== undefined) given.set('algorithm', algorithm);
  if (digits !== undefined) given.set('digits', String(digits));
  if (periodSeconds !== undefined) given.set('period', String(periodSeconds));
  return `otpauth://totp/Old:someone?${given.toString()}`;
}

/** The phone of a factor. */
export function phoneOf(factor: ImportedFactor): VirtualAuthenticator {
  return virtualAuthenticator(uriOf(factor));
}

/** A factor that was never used. */
export function factorRow(number: number, more: Partial<ImportedFactor> = {}): ImportedFactor {
  return { externalId: `row-${number}`, secret: secretOf(number), lastStep: -1, ...more };
}

/** Ten codes as an old system prints them. */
export const CODES: readonly string[] = Array.from({ length: 10 }, (_, i) => `abcde${i}-FGHIJ${i}`);

/** A user with one factor, and the codes. */
export function userRow(more: Partial<ImportedUser> = {}): ImportedUser {
  const backupCodes: ImportedCodes = { codes: CODES };
  return { userId: 'ann', source: 'old-app', factors: [factorRow(1)], backupCodes, ...more };
}

/** Goes over all users: it moves secrets under the newest key, and removes old tombstones. */
export async function rekeyed({ mfa }: { readonly mfa: Mfa }): Promise<void> {
  for await (const { unreadable } of mfa.rekey()) if (unreadable > 0) throw new Error('a user cannot be read');
}
