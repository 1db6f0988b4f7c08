import { expect, test } from 'vitest';
import { resolveOptions, type MfaOptions } from './options.ts';

const store = Object.fromEntries(['read', 'commit', 'events', 'scan'].map((name) => [name, () => undefined]));
const NEEDED = { issuer: 'Acme', store, keys: ['key'], verifyPassword: 'passwordless' } as unknown as MfaOptions;

test('what is not given has the default that the documentation tells', () => {
  expect(resolveOptions(NEEDED)).toEqual({
    ...NEEDED,
    totp: { algorithm: 'SHA1', digits: 6, periodSeconds: 30, windowSteps: 1, secretBytes: 20 },
    backupCodes: { count: 10, format: 'XXXX-XXXX-XXXX-XXXX' },
    factors: [],
    lockout: {
      maxFailures: 10,
      durationSeconds: 1800,
      maxDurationSeconds: 86_400,
      hardLimit: 100,
      slowLimit: 30,
      slowDays: 30,
    },
    challengeTtlSeconds: 300,
    setupTtlSeconds: 600,
    maxFactors: 5,
    importedCodesDays: 180,
  });
});

test('a format of backup codes is refused with the lengths that it may have', () => {
  const short = { ...NEEDED, backupCodes: { format: 'XXXX' } };
  expect(() => resolveOptions(short)).toThrow('backupCodes.format: must have 8 to 32 X: fewer could be guessed');
});

test.each([
  ['SHA1', 20],
  ['SHA256', 32],
  ['SHA512', 64],
] as const)('R-06 a secret for %s has %d bytes, or as many as are asked for', (algorithm, bytes) => {
  expect(resolveOptions({ ...NEEDED, totp: { algorithm } }).totp.secretBytes).toBe(bytes);
  expect(resolveOptions({ ...NEEDED, totp: { algorithm, secretBytes: 48 } }).totp.secretBytes).toBe(48);
});
