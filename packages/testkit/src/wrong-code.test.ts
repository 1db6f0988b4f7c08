import { expect, test } from 'vitest';
import { virtualAuthenticator, type VirtualAuthenticator } from './virtual-authenticator.ts';
import { wrongCode } from './wrong-code.ts';

/** RFC 6238, appendix B. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** A phone that always shows one code. */
function stuckAt(code: string): VirtualAuthenticator {
  return { issuer: '', accountName: '', periodSeconds: 30, code: () => code };
}

test.each([
  ['6 digits', '', 30_000],
  ['8 digits for a minute each', '&digits=8&period=60', 60_000],
])('of %s: has their length, and is shown at no time within half an hour', (_what, parameters, stepMs) => {
  const phone = virtualAuthenticator(`otpauth://totp/Acme:ann?secret=${SECRET}&issuer=Acme${parameters}`);
  for (const now of [0, 59_000, 1_795_305_600_000]) {
    const steps = Array.from({ length: 121 }, (_, i) => i - 60).filter((step) => Math.abs(step) * stepMs <= 1_800_000);
    const shown = steps.map((step) => now + step * stepMs).flatMap((at) => (at < 0 ? [] : phone.code(at)));
    expect(wrongCode(phone, now)).toMatch(/^\d+$/);
    expect(wrongCode(phone, now)).toHaveLength(phone.code(now).length);
    expect(shown).not.toContain(wrongCode(phone, now));
    expect(wrongCode(phone, new Date(now))).toBe(wrongCode(phone, now));
  }
});

test('of a phone that shows the first candidate: the next one', () => {
  expect(wrongCode(stuckAt('000000'))).toBe('000001');
  expect(wrongCode(stuckAt('123456'))).toBe('000000');
});
