/** Device cookie: how the value that the core gives out for a trusted browser travels as a cookie. */
import type { DeviceCookie } from '@mfakit/core';

/**
 * Browsers keep a cookie of this prefix for one host over HTTPS only: no subdomain can read it, set it or replace it.
 */
const NAME = '__Host-mfa-device';

/** Browsers keep no cookie longer than this (RFC 6265bis). */
const MAX_AGE_SECONDS = 400 * 86_400;

/**
 * The device cookie of a request, for `begin`, `assertNotLocked` and `passwordFailed`.
 * @param header - the request's `Cookie` header, as it came
 * @returns `undefined` if there is none. What is in it is the core's to judge
 * @example
 * ```ts
 * const device = readDeviceCookie(request.headers.get('cookie'));
 * const begun = await mfa.begin(user.id, {}, { device });
 * ```
 */
export function readDeviceCookie(header: string | null | undefined): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const end = pair.indexOf('=');
    if (end !== -1 && pair.slice(0, end).trim() === NAME) return pair.slice(end + 1).trim();
  }
  return undefined;
}

/**
 * The value of a `Set-Cookie` header for what `begin` gives as `device`. The verify route sets it by itself.
 * @param now - epoch milliseconds, by the clock that was given to `createMfa`
 * @example
 * ```ts
 * if (begun.next !== 'enroll' && begun.device) headers.append('set-cookie', deviceCookieHeader(begun.device, mfa.clock()));
 * ```
 */
export function deviceCookieHeader({ cookie, expiresAt }: DeviceCookie, now: number = Date.now()): string {
  const seconds = expiresAt === undefined ? 0 : Math.floor((expiresAt.getTime() - now) / 1000);
  const maxAge = Math.min(Math.max(seconds, 0), MAX_AGE_SECONDS);
  return `${NAME}=${cookie}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${maxAge}`;
}
