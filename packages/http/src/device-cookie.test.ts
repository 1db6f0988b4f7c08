import { expect, test } from 'vitest';
import { deviceCookieHeader, readDeviceCookie } from './device-cookie.ts';

test.each([
  [undefined, undefined],
  [null, undefined],
  ['', undefined],
  ['__Host-mfa-device', undefined],
  ['__Host-mfa-device=', ''],
  ['__Host-mfa-device=a.b~c.d', 'a.b~c.d'],
  ['sid=1; __Host-mfa-device=a ; x=2', 'a'],
  ['sid=1;__Host-mfa-device=a;x=2', 'a'],
  ['__Host-mfa-device=a; __Host-mfa-device=b', 'a'],
  ['mfa-device=a; x__Host-mfa-device=b; __Host-mfa-device2=c; __host-mfa-device=d', undefined],
  ['x="__Host-mfa-device=a"', undefined],
])('%j is read as %j', (header, cookie) => {
  expect(readDeviceCookie(header)).toBe(cookie);
});

test('a header is read in linear time', () => {
  const header = `${';'.repeat(100_000)}${'='.repeat(100_000)}${' '.repeat(100_000)}`;
  const start = performance.now();
  expect(readDeviceCookie(header)).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(1_000);
});

test('R-88 the cookie ends with the trust, after 400 days at most, and at once if nothing is left in it', () => {
  const now = 1_000_999;
  const ageOf = (expiresAt?: number): string | undefined =>
    deviceCookieHeader({ cookie: 'a', ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }) }, now)
      .split('; ')
      .at(-1);
  expect(ageOf(now + 1_999)).toBe('Max-Age=1');
  expect(ageOf(0)).toBe('Max-Age=0');
  expect(ageOf(1e14)).toBe('Max-Age=34560000');
  expect(deviceCookieHeader({ cookie: '' }, now)).toBe(
    '__Host-mfa-device=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0',
  );
});
