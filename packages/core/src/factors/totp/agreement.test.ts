import { fc, test } from '@fast-check/vitest';
import { HOTP, Secret, TOTP } from 'otpauth';
import { generateSync } from 'otplib';
import { expect } from 'vitest';
import { hotp, matchTotp } from './hotp.ts';

const key = fc.uint8Array({ minLength: 16, maxLength: 64 });
const algorithm = fc.constantFrom('SHA1', 'SHA256', 'SHA512');
const digits = fc.constantFrom(6, 7, 8);
const periodSeconds = fc.integer({ min: 1, max: 120 });
/** 1970 to the year 5138. */
const instant = fc.integer({ min: 0, max: 100_000_000_000_000 });
const lower = { SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512' } as const;

test.prop([key, algorithm, digits, periodSeconds, instant])(
  'R-02 agrees with otpauth and otplib on every key, time, algorithm, length and period',
  (bytes, hash, length, period, epochMs) => {
    const secret = new Secret({ buffer: bytes.slice().buffer });
    const shown = TOTP.generate({ secret, algorithm: hash, digits: length, period, timestamp: epochMs });
    const epoch = Math.floor(epochMs / 1000);
    const theirs = generateSync({ secret: bytes, algorithm: lower[hash], digits: length, period, epoch });
    expect(theirs).toBe(shown);

    const parameters = { algorithm: hash, digits: length, periodSeconds: period };
    expect(matchTotp(bytes, [shown], parameters, epochMs, 0)).toBe(Math.floor(epochMs / (period * 1000)));
  },
);

test.prop([key, algorithm, digits, fc.maxSafeNat()])(
  'R-03 agrees with otpauth on counters up to 2^53-1',
  (bytes, hash, length, counter) => {
    const secret = new Secret({ buffer: bytes.slice().buffer });
    const expected = HOTP.generate({ secret, algorithm: hash, digits: length, counter });
    expect(String(hotp(bytes, hash, length)(counter)).padStart(length, '0')).toBe(expected);
  },
);

test.prop([key, instant, fc.constantFrom(-2, -1, 0, 1, 2)])(
  'R-10 takes what an authenticator shows one step away, and no more',
  (bytes, epochMs, offset) => {
    fc.pre(epochMs >= 60_000);
    const secret = new Secret({ buffer: bytes.slice().buffer });
    const codes = [-2, -1, 0, 1, 2].map((step) => TOTP.generate({ secret, timestamp: epochMs + step * 30_000 }));
    const code = codes[offset + 2] ?? '';
    fc.pre(codes.filter((other) => other === code).length === 1);
    const matched = matchTotp(bytes, [code], { algorithm: 'SHA1', digits: 6, periodSeconds: 30 }, epochMs, 1);
    expect(matched).toBe(Math.abs(offset) > 1 ? null : Math.floor(epochMs / 30_000) + offset);
  },
);
