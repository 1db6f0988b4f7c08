/** Verified: what the host learns about an accepted second factor. */
import type { Passwords } from './attempts/passwords.ts';
import type { Committed } from './decide.ts';
import type { DeviceCookie } from './devices/cookie.ts';
import { codesLeft, hasImportedCodes } from './factors/backup-codes/stored.ts';
import type { FactorKind } from './factors/factor-kind.ts';
import type { Acceptance } from './transitions/verify.ts';

/** An accepted second factor. Give the session a new id before you upgrade it. */
export interface Verified {
  /** Your id of the user who proved it. */
  readonly userId: string;
  /** The kind of factor that was used: `totp`, `backup_code`, or a kind that was passed to `createMfa`. */
  readonly method: string;
  /** The factor that was used; absent for a backup code. */
  readonly factorId?: string;
  /**
   * Authentication methods of this very act (RFC 8176 §2): `pwd` and `mfa` if it completed a sign-in, or confirmed a
   * setup that checked the password, no `pwd` for a user who has none, and what the kind of factor adds, such as `otp` for a code of an app. A backup code
   * adds none.
   */
  readonly amr: readonly string[];
  /**
   * Whether the answer would have been of no use to a page that poses as yours. The account is as phishable as the weakest
   * factor that it has.
   */
  readonly phishingResistant: boolean;
  /** Whether a passkey verified its user, by a PIN or a fingerprint; absent for other kinds. */
  readonly userVerified?: boolean;
  /** When the factor was accepted, by the clock of the library. */
  readonly authTime: Date;
  /** Offer the user new codes when this is low. */
  readonly backupCodesRemaining: number;
  /** Present if they are those of another system: ask the user for `regenerate`. Hashes that were imported end some day. */
  readonly backupCodesImported?: true;
  /** Keep it in the session and pass it with every call of that session. Calls with another epoch are refused. */
  readonly sessionEpoch: number;
  /** `seq` of the user's newest event. Keep the highest you see in your user row, and pass it to `begin`. */
  readonly seq: number;
  /** Present if the browser is trusted from now on: set this as its device cookie. A trusted device claims nothing in `amr`. */
  readonly device?: Required<DeviceCookie>;
}

/** What completes a sign-in claims of the first factor. If the host cannot say, it claims no password. */
export async function firstFactorOf(userId: string, passwords: Passwords): Promise<'password' | 'other'> {
  const has = await passwords.has(userId).catch(() => false);
  return has ? 'password' : 'other';
}

/**
 * @param firstFactor - what was proven beside the second factor, or by it; `null` for what proves no first factor, such as
 *   a step-up
 */
export function toVerified(
  kinds: readonly FactorKind[],
  userId: string,
  { result: { used, at, device }, record }: Committed<Acceptance>,
  firstFactor: 'password' | 'other' | null,
): Verified {
  const { method, factorId, userVerified } = used;
  const kind = kinds.find((each) => each.method === method);
  const factor = record.factors.find(({ id }) => id === factorId);
  return {
    userId,
    method,
    ...(factorId !== null && { factorId }),
    amr: [
      ...(firstFactor === 'password' ? ['pwd'] : []),
      ...(kind?.amr(factor) ?? []),
      ...(firstFactor === null ? [] : ['mfa']),
    ],
    phishingResistant: kind?.phishingResistant === true,
    ...(userVerified !== undefined && { userVerified }),
    authTime: new Date(at),
    backupCodesRemaining: codesLeft(record.backupCodes, at),
    ...(hasImportedCodes(record.backupCodes, at) && { backupCodesImported: true }),
    sessionEpoch: record.sessionEpoch,
    seq: record.lastEventSeq,
    ...(device && { device }),
  };
}
