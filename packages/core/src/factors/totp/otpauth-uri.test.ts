import { fc, test } from '@fast-check/vitest';
import { base32nopad } from '@scure/base';
import { TOTP, URI } from 'otpauth';
import { expect } from 'vitest';
import { BASE32_REFUSED, BASE32_VALUES } from '../../../test/vectors.ts';
import { otpauthUri, type OtpauthContent } from './otpauth-uri.ts';

const CONTENT: OtpauthContent = {
  issuer: 'Big & Co',
  accountName: 'alice+tag@example.com',
  secret: new TextEncoder().encode('12345678901234567890'),
  algorithm: 'SHA1',
  digits: 6,
  periodSeconds: 30,
};

/** Splits a URI without any library: `decode` undoes the percent-encoding. */
function parts(uri: string, decode: (text: string) => string): Record<string, string | undefined> {
  const [, label = '', query = ''] = /^otpauth:\/\/totp\/([^?]*)\?(.*)$/.exec(uri) ?? [];
  const [prefix, account] = label.split(':');
  const parameters = query.split('&').map((pair) => pair.split('=') as [string, string]);
  return {
    prefix: decode(prefix ?? ''),
    account: decode(account ?? ''),
    ...Object.fromEntries(parameters.map(([name, value]) => [name, decode(value)])),
  };
}
const form = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

test('R-16, R-18 the URI of a plain enrolment, character by character', () => {
  expect(otpauthUri(CONTENT)).toBe(
    'otpauth://totp/Big%20%26%20Co:alice%2Btag%40example.com' +
      '?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Big%20%26%20Co&algorithm=SHA1&digits=6&period=30',
  );
});

test.each(BASE32_VALUES)('R-14 base32 of %s', (text, padded) => {
  const bytes = new TextEncoder().encode(text);
  expect(base32nopad.encode(bytes)).toBe(padded.replaceAll('=', ''));
  expect(base32nopad.decode(padded.replaceAll('=', ''))).toEqual(bytes);
});

test.each(BASE32_REFUSED)('R-14 %s is no base32', (text) => {
  expect(() => base32nopad.decode(text)).toThrow(Error);
});

test.each([16, 20, 32, 64])('R-15 a secret of %d bytes stands in upper case and without padding', (length) => {
  const secret = Uint8Array.from({ length }, (_, i) => (i * 37) & 255);
  const { secret: shown = '' } = parts(otpauthUri({ ...CONTENT, secret }), decodeURIComponent);
  expect(shown).toMatch(/^[A-Z2-7]+$/);
  expect(base32nopad.decode(shown)).toEqual(secret);
});

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => !text.includes(':') && text.trim() !== '');
const awkward = fc.constantFrom(
  '+',
  ' ',
  '&',
  '#',
  '?',
  '%',
  '/',
  '=',
  '%20',
  'é',
  '\u4E16',
  '\u{1F600}',
  "'",
  '(',
  ')',
  '!',
  '*',
  '~',
  '"',
  '\\',
);
const text = fc.oneof(
  name,
  fc
    .array(fc.oneof(awkward, fc.string({ minLength: 1, maxLength: 3 })), { minLength: 1, maxLength: 8 })
    .map((all) => all.join(''))
    .filter((all) => !all.includes(':') && all.trim() !== ''),
);

test.prop([
  text,
  text,
  fc.uint8Array({ minLength: 16, maxLength: 64 }),
  fc.constantFrom('SHA1', 'SHA256', 'SHA512'),
  fc.constantFrom(6, 7, 8),
  fc.integer({ min: 1, max: 120 }),
])(
  'R-16, R-17, R-18 every app reads back what was written, however it decodes',
  (issuer, accountName, secret, algorithm, digits, periodSeconds) => {
    const uri = otpauthUri({ issuer, accountName, secret, algorithm, digits, periodSeconds });
    expect(uri).toMatch(/^otpauth:\/\/totp\/[\w.~%-]+:[\w.~%-]+\?[\w.~%=&-]+$/);
    for (const decode of [decodeURIComponent, form]) {
      expect(parts(uri, decode)).toEqual({
        prefix: issuer,
        account: accountName,
        issuer,
        secret: base32nopad.encode(secret),
        algorithm,
        digits: String(digits),
        period: String(periodSeconds),
      });
    }
    const query = new URL(uri).searchParams;
    expect([query.get('issuer'), query.get('algorithm')]).toEqual([issuer, algorithm]);

    const parsed = URI.parse(uri);
    expect(parsed).toBeInstanceOf(TOTP);
    expect(parsed).toMatchObject({ issuer, label: accountName, algorithm, digits, period: periodSeconds });
    expect(parsed.secret.bytes).toEqual(secret);
  },
);
