import { createMfa, type MfaOptions } from '@mfakit/core';
import { quickHasher } from '@mfakit/testkit';
import { memoryStore } from '@mfakit/memory';
import { expect, test } from 'vitest';
import { KEY_A, KEY_B } from '../harness.ts';

const SOUND: MfaOptions = {
  issuer: 'Acme',
  store: memoryStore(),
  keys: [KEY_A],
  verifyPassword: async () => true,
};
const { read, commit, events, scan } = SOUND.store;
const base64 = (length: number): string => Buffer.from(Array.from({ length }, (_, i) => i)).toString('base64');
/** A value that a message must not repeat. */
const SENTINEL = 'sEntInEl-4711';

/** Every wrong option: where it is, what it holds, and which error names it. */
const WRONG: readonly (readonly [option: string, type: typeof TypeError | typeof RangeError, options: object])[] = [
  ['issuer', TypeError, { issuer: undefined }],
  ['issuer', TypeError, { issuer: 7 }],
  ['issuer', RangeError, { issuer: '' }],
  ['issuer', RangeError, { issuer: '  ' }],
  ['issuer', RangeError, { issuer: `https://${SENTINEL}` }],
  ['issuer', RangeError, { issuer: `${SENTINEL}\n` }],
  ['issuer', RangeError, { issuer: '\uD800' }],
  ['issuer', RangeError, { issuer: 'x'.repeat(65) }],
  ['store', TypeError, { store: undefined }],
  ['store', TypeError, { store: null }],
  ['store', TypeError, { store: {} }],
  ['store', TypeError, { store: { commit, events, scan } }],
  ['store', TypeError, { store: { read, events, scan } }],
  ['store', TypeError, { store: { read, commit, scan } }],
  ['store', TypeError, { store: { read, commit, events } }],
  ['keys', TypeError, { keys: undefined }],
  ['keys', TypeError, { keys: KEY_A }],
  ['keys', RangeError, { keys: [] }],
  ['keys[0]', TypeError, { keys: [7] }],
  ['keys[1]', TypeError, { keys: [KEY_A, undefined] }],
  ['keys[0]', RangeError, { keys: [SENTINEL] }],
  ['keys[1]', RangeError, { keys: [KEY_A, base64(31)] }],
  ['keys[0]', RangeError, { keys: [base64(16)] }],
  ['keys[0]', RangeError, { keys: [base64(33)] }],
  ['keys', RangeError, { keys: [KEY_A, KEY_B, KEY_A] }],
  ['keys', RangeError, { keys: [KEY_B, Buffer.from(KEY_B, 'base64url').toString('base64')] }],
  ['verifyPassword', TypeError, { verifyPassword: undefined }],
  ['verifyPassword', TypeError, { verifyPassword: null }],
  ['verifyPassword', TypeError, { verifyPassword: true }],
  ['verifyPassword', TypeError, { verifyPassword: SENTINEL }],
  ['totp', TypeError, { totp: null }],
  ['totp', TypeError, { totp: { window: 1 } }],
  ['totp.algorithm', RangeError, { totp: { algorithm: 'MD5' } }],
  ['totp.algorithm', RangeError, { totp: { algorithm: 'sha1' } }],
  ['totp.digits', RangeError, { totp: { digits: 5 } }],
  ['totp.digits', RangeError, { totp: { digits: 9 } }],
  ['totp.digits', RangeError, { totp: { digits: '6' } }],
  ['totp.periodSeconds', RangeError, { totp: { periodSeconds: 0 } }],
  ['totp.periodSeconds', RangeError, { totp: { periodSeconds: -30 } }],
  ['totp.periodSeconds', RangeError, { totp: { periodSeconds: 121 } }],
  ['totp.periodSeconds', TypeError, { totp: { periodSeconds: 29.5 } }],
  ['totp.periodSeconds', TypeError, { totp: { periodSeconds: Number.NaN } }],
  ['totp.periodSeconds', TypeError, { totp: { periodSeconds: '30' } }],
  ['totp.windowSteps', RangeError, { totp: { windowSteps: -1 } }],
  ['totp.windowSteps', RangeError, { totp: { windowSteps: 3 } }],
  ['totp.secretBytes', RangeError, { totp: { secretBytes: 15 } }],
  ['totp.secretBytes', RangeError, { totp: { secretBytes: 65 } }],
  ['backupCodes.count', RangeError, { backupCodes: { count: 0 } }],
  ['backupCodes.count', RangeError, { backupCodes: { count: 101 } }],
  ['backupCodes.format', RangeError, { backupCodes: { format: 'XXXX-XXX' } }],
  ['backupCodes.format', RangeError, { backupCodes: { format: 'X'.repeat(33) } }],
  ['backupCodes.format', RangeError, { backupCodes: { format: 'XXXX_XXXX' } }],
  ['backupCodes.format', RangeError, { backupCodes: { format: '-XXXXXXXX' } }],
  ['backupCodes.format', RangeError, { backupCodes: { format: '' } }],
  ['backupCodes.format', TypeError, { backupCodes: { format: 8 } }],
  ['lockout.maxFailures', RangeError, { lockout: { maxFailures: 0 } }],
  ['lockout.maxFailures', RangeError, { lockout: { maxFailures: 101 } }],
  ['lockout.hardLimit', RangeError, { lockout: { hardLimit: 101 } }],
  ['lockout', RangeError, { lockout: { hardLimit: 9 } }],
  ['lockout.slowLimit', RangeError, { lockout: { slowLimit: 0 } }],
  ['lockout.slowLimit', RangeError, { lockout: { slowLimit: 101 } }],
  ['lockout.slowDays', RangeError, { lockout: { slowDays: 0 } }],
  ['lockout.slowDays', RangeError, { lockout: { slowDays: 366 } }],
  ['lockout.durationSeconds', RangeError, { lockout: { durationSeconds: 0 } }],
  ['lockout.durationSeconds', RangeError, { lockout: { durationSeconds: 315_360_001, maxDurationSeconds: 4e8 } }],
  ['lockout.maxDurationSeconds', RangeError, { lockout: { maxDurationSeconds: 0 } }],
  ['lockout.maxDurationSeconds', RangeError, { lockout: { maxDurationSeconds: 315_360_001 } }],
  ['lockout.hardLimit', RangeError, { lockout: { maxFailures: 1, hardLimit: 0 } }],
  ['lockout', RangeError, { lockout: { durationSeconds: 60, maxDurationSeconds: 59 } }],
  ['lockout', TypeError, { lockout: { forever: true } }],
  ['challengeTtlSeconds', RangeError, { challengeTtlSeconds: 29 }],
  ['challengeTtlSeconds', RangeError, { challengeTtlSeconds: 601 }],
  ['setupTtlSeconds', RangeError, { setupTtlSeconds: 59 }],
  ['setupTtlSeconds', RangeError, { setupTtlSeconds: 3601 }],
  ['maxFactors', RangeError, { maxFactors: 0 }],
  ['maxFactors', RangeError, { maxFactors: 21 }],
  ['trustedDevices', TypeError, { trustedDevices: null }],
  ['trustedDevices', TypeError, { trustedDevices: true }],
  ['trustedDevices', TypeError, { trustedDevices: { hours: 1 } }],
  ['trustedDevices.days', RangeError, { trustedDevices: { days: 0 } }],
  ['trustedDevices.days', RangeError, { trustedDevices: { days: 91 } }],
  ['trustedDevices.max', RangeError, { trustedDevices: { max: 0 } }],
  ['trustedDevices.max', RangeError, { trustedDevices: { max: 11 } }],
  ['trustedDevices.allowWhenRequired', TypeError, { trustedDevices: { allowWhenRequired: 'yes' } }],
  ['onEvent', TypeError, { onEvent: SENTINEL }],
  ['observe', TypeError, { observe: null }],
  ['observe', TypeError, { observe: SENTINEL }],
  ['observe', TypeError, { observe: { store: SENTINEL } }],
  ['clock', TypeError, { clock: 0 }],
  ['random', TypeError, { random: new Uint8Array(20) }],
  ['hasher', TypeError, { hasher: SENTINEL }],
  ['isuer', TypeError, { isuer: 'Acme' }],
];

test.each(WRONG)(
  'R-06, R-09, R-17, R-43, R-62, R-80 a wrong %s is a %O that names it and repeats no value',
  (option, type, wrong) => {
    let thrown: unknown;
    try {
      createMfa({ ...SOUND, ...wrong });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(type);
    if (!(thrown instanceof Error)) throw new Error('unreachable');
    expect(thrown.name).toBe(type.name);
    expect(thrown.message).toContain(option);
    expect(thrown.message).not.toContain(SENTINEL);
    expect(thrown.message).not.toContain(KEY_A);
  },
);

test.each([[undefined], [null], ['Acme'], [[]]])('options %j are a TypeError', (options) => {
  expect(() => createMfa(options as never)).toThrow(TypeError);
});

test('the bounds themselves are taken', () => {
  for (const bounds of [
    { issuer: 'x'.repeat(64), maxFactors: 1, challengeTtlSeconds: 30, setupTtlSeconds: 60 },
    { maxFactors: 20, challengeTtlSeconds: 600, setupTtlSeconds: 3600 },
    { totp: { algorithm: 'SHA512', digits: 8, periodSeconds: 120, windowSteps: 2, secretBytes: 64 } },
    { totp: { algorithm: 'SHA256', digits: 7, periodSeconds: 1, windowSteps: 0, secretBytes: 16 } },
    { backupCodes: { count: 1, format: 'XXXXXXXX' } },
    { backupCodes: { count: 100, format: 'XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX' } },
    { lockout: { maxFailures: 1, hardLimit: 1, durationSeconds: 1, maxDurationSeconds: 1, slowLimit: 1, slowDays: 1 } },
    { lockout: { slowLimit: 100, slowDays: 365, durationSeconds: 315_360_000, maxDurationSeconds: 315_360_000 } },
    { lockout: { maxFailures: 100, hardLimit: 100 } },
    { trustedDevices: {} },
    { trustedDevices: { days: 1, max: 1, allowWhenRequired: true } },
    { trustedDevices: { days: 90, max: 10 } },
    { verifyPassword: 'passwordless' },
    { keys: [KEY_A, KEY_B] },
    { random: (bytes: number) => new Uint8Array(bytes), hasher: quickHasher, clock: () => 0, onEvent: () => undefined },
    { observe: {} },
    { observe: { call: () => undefined } },
  ] as const) {
    expect(() => createMfa({ ...SOUND, ...bounds })).not.toThrow();
  }
});

test.each([Number.NaN, Infinity, -Infinity, 'now', undefined])(
  'R-08 a clock that gives %s refuses every decision',
  async (now) => {
    const mfa = createMfa({ ...SOUND, store: memoryStore(), hasher: quickHasher, clock: () => now as never });
    await expect(mfa.begin('ann')).rejects.toThrow('clock');
    await expect(mfa.setup({ userId: 'ann' }, { accountName: 'ann' })).rejects.toThrow('clock');
    await expect(mfa.passwordFailed('ann')).rejects.toThrow('clock');
  },
);
