import { expect, test, vi } from 'vitest';
import { virtualAuthenticator } from './virtual-authenticator.ts';

/** `1234567890` in base32, repeated to the length that RFC 6238 Appendix B and its erratum 2866 use. */
const SECRETS = {
  SHA1: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  SHA256: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA',
  SHA512: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA',
} as const;

/** RFC 6238 Appendix B: seconds, then the codes for SHA1, SHA256 and SHA512. */
const VECTORS = [
  [59, '94287082', '46119246', '90693936'],
  [1_111_111_109, '07081804', '68084774', '25091201'],
  [1_111_111_111, '14050471', '67062674', '99943326'],
  [1_234_567_890, '89005924', '91819424', '93441116'],
  [2_000_000_000, '69279037', '90698825', '38618901'],
  [20_000_000_000, '65353130', '77737706', '47863826'],
] as const;

test.each(VECTORS)('shows the codes of RFC 6238 at %i s', (seconds, ...codes) => {
  const shown = Object.entries(SECRETS).map(([algorithm, secret]) =>
    virtualAuthenticator(`otpauth://totp/a?secret=${secret}&algorithm=${algorithm}&digits=8`).code(seconds * 1000),
  );
  expect(shown).toEqual(codes);
});

test('takes SHA1, 6 digits and 30 s where the URI says nothing', () => {
  const phone = virtualAuthenticator(`otpauth://totp/a?secret=${SECRETS.SHA1}`);
  expect(phone.code(59_000)).toBe('287082');
  expect(phone.code(new Date(30_000))).toBe('287082');
  expect(phone.code(60_000)).not.toBe('287082');
});

test('shows the code of now where no instant is given', () => {
  vi.useFakeTimers({ now: 59_000 });
  try {
    expect(virtualAuthenticator(`otpauth://totp/a?secret=${SECRETS.SHA1}`).code()).toBe('287082');
  } finally {
    vi.useRealTimers();
  }
});

test('reads issuer and account name', () => {
  const uri = `otpauth://totp/Caf%C3%A9%20%26%20Co:alice%2Bx%40example.com?secret=${SECRETS.SHA1}&issuer=Caf%C3%A9%20%26%20Co`;
  expect(virtualAuthenticator(uri)).toMatchObject({ issuer: 'Café & Co', accountName: 'alice+x@example.com' });
  expect(virtualAuthenticator(`otpauth://totp/bob?secret=${SECRETS.SHA1}`)).toMatchObject({
    issuer: '',
    accountName: 'bob',
  });
});

test.each([
  ['no URI', 'JBSWY3DPEHPK3PXP'],
  ['nothing', ''],
  ['another scheme', 'https://example.com/?secret=JBSWY3DPEHPK3PXP'],
  ['HOTP', 'otpauth://hotp/a?secret=JBSWY3DPEHPK3PXP&counter=1'],
  ['no secret', 'otpauth://totp/a?issuer=Acme'],
  ['a secret that is not base32', 'otpauth://totp/a?secret=JBSWY3DPEHPK3PX0'],
  ['an unknown algorithm', 'otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&algorithm=MD5'],
  ['a period of 0', 'otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&period=0'],
  ['broken percent encoding', 'otpauth://totp/%E0?secret=JBSWY3DPEHPK3PXP'],
])('refuses %s, and does not tell the secret', (_, uri) => {
  expect(() => virtualAuthenticator(uri)).toThrow(
    expect.toSatisfy(
      (error) => error instanceof TypeError && error.cause === undefined && !error.stack?.includes('JBSWY3DP'),
    ),
  );
});

test('shows no code for what is no instant', () => {
  const phone = virtualAuthenticator(`otpauth://totp/a?secret=${SECRETS.SHA1}`);
  for (const at of [-1, Number.NaN, Infinity, new Date('tomorrow')]) expect(() => phone.code(at)).toThrow(RangeError);
});

test('does not show the secret when it is logged', () => {
  const phone = virtualAuthenticator(`otpauth://totp/a?secret=${SECRETS.SHA1}`);
  expect(JSON.stringify(phone)).not.toContain('GEZD');
});
