/** wrongCode: returns a well-formed code that is certainly wrong. */
import type { VirtualAuthenticator } from './virtual-authenticator.ts';

/** How far `confirm` looks for a code of a clock that is off, in milliseconds; wider than every window. */
const FARTHEST_CLOCK_MS = 30 * 60 * 1000;

/**
 * Returns a code of the right length that the phone shows neither now nor within half an hour from now: one that no
 * clock, right or wrong, makes good.
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
  const near = new Set<string>();
  // No code exists before 1970.
  const first = Math.max(0, Number(at) - FARTHEST_CLOCK_MS);
  const end = Number(at) + FARTHEST_CLOCK_MS + stepMs;
  for (let instant = first; instant < end; instant += stepMs) near.add(phone.code(instant));
  const { length } = phone.code(at);
  for (let candidate = 0; ; candidate += 1) {
    const code = String(candidate).padStart(length, '0');
    if (!near.has(code)) return code;
  }
}
