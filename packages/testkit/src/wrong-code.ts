/** wrongCode: returns a well-formed code that is certainly wrong. */
import type { VirtualAuthenticator } from './virtual-authenticator.ts';

/** The widest window that `createMfa` allows, in time steps from now. */
const WIDEST_WINDOW = [-2, -1, 0, 1, 2];

/**
 * Returns a code of the right length that the phone shows neither now nor in any time step that could be accepted now.
 *
 * @param at - a date or epoch milliseconds; now by default. With a test clock, pass `clock()`
 * @example
 * ```ts
 * import { virtualAuthenticator, wrongCode } from '@mfakit/testkit';
 *
 * const phone = virtualAuthenticator('otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme');
 * wrongCode(phone); // '000000', or '000001' if the phone shows that
 * ```
 */
export function wrongCode(phone: VirtualAuthenticator, at: Date | number = Date.now()): string {
  const stepMs = phone.periodSeconds * 1000;
  // No code exists before 1970.
  const instants = WIDEST_WINDOW.map((step) => Number(at) + step * stepMs).filter((instant) => instant >= 0);
  const near = new Set(instants.map((instant) => phone.code(instant)));
  const { length } = phone.code(at);
  for (let candidate = 0; ; candidate += 1) {
    const code = String(candidate).padStart(length, '0');
    if (!near.has(code)) return code;
  }
}
