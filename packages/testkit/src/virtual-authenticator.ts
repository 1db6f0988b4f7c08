/** virtualAuthenticator: an authenticator app for tests. */
import { TOTP, URI } from 'otpauth';

/** An authenticator app that holds one TOTP account. */
export interface VirtualAuthenticator {
  /** Empty if the URI names none. */
  readonly issuer: string;
  /** The account, as the app shows it. */
  readonly accountName: string;
  /** How long the app shows one code: the length of a time step. */
  readonly periodSeconds: number;
  /**
   * The code that the app shows.
   * @param at - a date or epoch milliseconds; now by default. With a test clock, pass `clock()`
   * @throws {RangeError} if `at` is not an instant of 1970 or later
   */
  code(at?: Date | number): string;
}

/**
 * Scans an otpauth URI as an authenticator app would. It builds on the independent library `otpauth`, so it shares no
 * code with what it tests.
 *
 * @param uri - an `otpauth://totp/...` URI, as `setup` returns it
 * @throws {TypeError} if it is not such a URI. The message contains no part of the URI, which may hold a secret
 * @see https://github.com/google/google-authenticator/wiki/Key-Uri-Format
 * @example
 * ```ts
 * import { virtualAuthenticator } from '@mfakit/testkit';
 *
 * const phone = virtualAuthenticator('otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme');
 * phone.code(59_000); // '287082'
 * ```
 */
export function virtualAuthenticator(uri: string): VirtualAuthenticator {
  const totp = parse(uri);
  return {
    issuer: totp.issuer,
    accountName: totp.label,
    periodSeconds: totp.period,
    code(at: Date | number = Date.now()): string {
      const timestamp = Number(at);
      if (!(timestamp >= 0 && timestamp < Infinity)) throw new RangeError('`at` must be an instant of 1970 or later.');
      return totp.generate({ timestamp });
    },
  };
}

function parse(uri: string): TOTP {
  let otp: unknown;
  try {
    otp = URI.parse(uri);
  } catch {
    // Not passed on as the cause: the parser's messages quote characters of the secret.
    throw new TypeError('Not an otpauth URI, or one with a missing or invalid parameter.');
  }
  if (!(otp instanceof TOTP)) throw new TypeError('Not a TOTP account: the URI must begin with otpauth://totp/.');
  return otp;
}
