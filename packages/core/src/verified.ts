/** Verified: what the host learns of an accepted second factor. */
import type { FactorMethod } from './events.ts';
import type { PasswordVerifier } from './options.ts';
import type { Acceptance } from './transitions/verify.ts';

/** A second factor was accepted. Give the session a new id before you raise it. */
export interface Verified {
  readonly userId: string;
  readonly method: FactorMethod;
  /** The TOTP factor that was used; absent for a backup code. */
  readonly factorId?: string;
  /**
   * Authentication methods of this very act (RFC 8176 §2). `pwd` and `mfa` where it completed a sign-in; `otp` for a
   * TOTP code. No value is registered for a look-up secret, so a backup code adds none.
   */
  readonly amr: readonly ('pwd' | 'otp' | 'mfa')[];
  /** When, by the library's clock. */
  readonly authTime: Date;
  /** Offer new ones where this is low. */
  readonly backupCodesRemaining: number;
}

/**
 * @param firstFactor - the host's password check, or `passwordless`, where this completed a sign-in; `null` for a
 *   step-up, which proves no first factor
 */
export function toVerified(
  userId: string,
  { used, at, backupCodesRemaining }: Acceptance,
  firstFactor: PasswordVerifier | 'passwordless' | null,
): Verified {
  const { method, factorId } = used;
  return {
    userId,
    method,
    ...(factorId !== null && { factorId }),
    amr: [
      ...(typeof firstFactor === 'function' ? (['pwd'] as const) : []),
      ...(method === 'totp' ? (['otp'] as const) : []),
      ...(firstFactor === null ? [] : (['mfa'] as const)),
    ],
    authTime: new Date(at),
    backupCodesRemaining,
  };
}
