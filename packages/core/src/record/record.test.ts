import { expect, test } from 'vitest';
import type { TrustedDevice } from '../devices/stored.ts';
import { MfaError } from '../errors.ts';
import type { BackupCodeSet, PendingBackupCodes } from '../factors/backup-codes/stored.ts';
import { totpFactorFields, totpSecretFields, type TotpFactor, type TotpSecret } from '../factors/totp/stored.ts';
import { UNTIL_UNLOCK } from './fields.ts';
import { createReadRecord } from './read-record.ts';
import { EMPTY_RECORD, type MfaRecord } from './record.ts';

const readRecord = createReadRecord([
  { method: 'totp', stagedFields: totpSecretFields, activeFields: totpFactorFields },
]);

const NOW = Date.UTC(2026, 0, 1);
const SECRET: TotpSecret = {
  kind: 'totp',
  id: 'AAECAwQFBgcICQoLDA0ODw',
  label: 'Authenticator app',
  secret: `1.AAECAwQFBgc.${'A'.repeat(80)}`,
  algorithm: 'SHA1',
  digits: 6,
  periodSeconds: 30,
  createdAt: NOW,
};
const CODES: BackupCodeSet = {
  kind: 'backup_code',
  id: 'AAECAwQFBgcICQoLDA0ODw',
  memoryKiB: 19_456,
  passes: 2,
  parallelism: 1,
  remaining: 10,
  secret: `1.AAECAwQFBgc.${'A'.repeat(480)}`,
};
/** Codes that wait to be hashed. */
const WAITING: PendingBackupCodes = { kind: 'backup_code', id: CODES.id, secret: CODES.secret };
const FACTOR: TotpFactor = { ...SECRET, lastStep: 59_000_000, lastUsedAt: NOW };
const LONG_FACTOR: TotpFactor = { ...FACTOR, algorithm: 'SHA512', digits: 8, periodSeconds: 60 };

const DEVICE: TrustedDevice = {
  id: 'AAECAwQFBgcICQoLDA0ODw',
  digest: 'A'.repeat(43),
  previous: 'B'.repeat(43),
  epoch: NOW,
  label: 'Firefox on Windows',
  createdAt: NOW,
  lastUsedAt: NOW,
  expiresAt: NOW + 1,
  failures: 3,
};

/** Every part of a record in use. */
const FULL: MfaRecord = {
  schema: 1,
  epoch: NOW,
  factors: [FACTOR, LONG_FACTOR],
  pending: { factor: SECRET, backupCodes: null, password: true, expiresAt: NOW + 600_000, failures: 3 },
  voidedSetup: SECRET.id,
  backupCodes: CODES,
  lockout: { failures: 100, passwordFailures: 40, lockedUntil: UNTIL_UNLOCK, streak: 7, passwordStreak: 3 },
  sessionEpoch: NOW,
  guesses: { level: 2.5, at: NOW },
  uncounted: { slot: 59_000_000, ids: [SECRET.id] },
  enforcement: { from: NOW },
  exemptUntil: NOW,
  spentThrough: NOW,
  trail: ['r2', 'r1'],
  devices: [DEVICE, { ...DEVICE, previous: null }],
  forgottenAt: null,
  spentChallenges: [{ id: 'AAECAwQFBgcICQoLDA0ODw', expiresAt: NOW }],
  lastEventSeq: 42,
};

test.each([
  ['the empty record', EMPTY_RECORD],
  ['a record with everything in use', FULL],
  [
    'a first setup that waits',
    {
      ...EMPTY_RECORD,
      pending: { factor: SECRET, backupCodes: WAITING, password: false, expiresAt: NOW, failures: 0 },
    },
  ],
])('%s passes through JSON and the schema unchanged', (_name, record) => {
  expect(readRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
});

test('a record of one factor takes about 1.5 KB', () => {
  const record = { ...FULL, factors: [FACTOR], pending: null, voidedSetup: undefined, devices: undefined };
  expect(JSON.stringify(record).length).toBeLessThan(1500);
});

test.each([2, 3, 999, '1', null])('a record of schema %j is from a newer release', (schema) => {
  expect(() => readRecord({ ...EMPTY_RECORD, schema })).toThrow(MfaError);
  expect(() => readRecord({ ...EMPTY_RECORD, schema })).toThrow('schema that this release does not know');
});

test.each([
  ['factors.0.secret', { ...FULL, factors: [{ ...FACTOR, secret: 'x'.repeat(8193) }] }],
  ['factors.0.digits', { ...FULL, factors: [{ ...FACTOR, digits: 5 }] }],
  ['factors.0.periodSeconds', { ...FULL, factors: [{ ...FACTOR, periodSeconds: 121 }] }],
  ['factors.0.algorithm', { ...FULL, factors: [{ ...FACTOR, algorithm: 'MD5' }] }],
  ['factors.0.lastStep', { ...FULL, factors: [SECRET] }],
  ['backupCodes.memoryKiB', { ...FULL, backupCodes: { ...CODES, memoryKiB: 19_455 } }],
  ['backupCodes.passes', { ...FULL, backupCodes: { ...CODES, passes: 1 } }],
  ['backupCodes.id', { ...FULL, backupCodes: { ...CODES, id: 'AAAA' } }],
  ['backupCodes.remaining', { ...FULL, backupCodes: { ...CODES, remaining: 101 } }],
  [
    'pending.backupCodes',
    {
      ...EMPTY_RECORD,
      pending: { factor: SECRET, backupCodes: CODES, password: false, expiresAt: NOW, failures: 0 },
    },
  ],
  [
    'pending.backupCodes.id',
    {
      ...EMPTY_RECORD,
      pending: {
        factor: SECRET,
        backupCodes: { ...WAITING, id: 'AAAA' },
        password: false,
        expiresAt: NOW,
        failures: 0,
      },
    },
  ],
  ['lockout.lockedUntil', { ...FULL, lockout: { ...FULL.lockout, lockedUntil: UNTIL_UNLOCK * 2 } }],
  ['devices', { ...FULL, devices: [] }],
  ['devices', { ...FULL, devices: Array.from({ length: 11 }, () => DEVICE) }],
  ['devices.0.digest', { ...FULL, devices: [{ ...DEVICE, digest: 'short' }] }],
  ['devices.0.id', { ...FULL, devices: [{ ...DEVICE, id: '' }] }],
  ['devices.0.expiresAt', { ...FULL, devices: [{ ...DEVICE, expiresAt: null }] }],
  ['epoch', { ...FULL, epoch: 1.5 }],
  ['schema', Object.fromEntries(Object.entries(FULL).filter(([name]) => name !== 'schema'))],
])('R-45 a record that is damaged at %s is refused by place, never by value', (path, record) => {
  expect(() => readRecord(record)).toThrow(expect.objectContaining({ code: 'store_unavailable' }));
  expect(() => readRecord(record)).toThrow(`damaged at ${path}.`);
});

test.each([undefined, null, 7, 'text', [], {}, { schema: 1 }])('%j is no record', (stored) => {
  expect(() => readRecord(stored)).toThrow(MfaError);
});

test('a factor of a kind that the application was not given refuses, by a message of its own', () => {
  const unknown = { ...FACTOR, kind: 'carrier-pigeon' };
  for (const record of [
    { ...FULL, factors: [unknown] },
    { ...FULL, factors: [FACTOR, unknown] },
    {
      ...FULL,
      pending: {
        factor: { ...SECRET, kind: 'carrier-pigeon' },
        backupCodes: null,
        password: false,
        expiresAt: NOW,
        failures: 0,
      },
    },
  ]) {
    expect(() => readRecord(record)).toThrow(expect.objectContaining({ code: 'store_unavailable' }));
    expect(() => readRecord(record)).toThrow('a factor of a kind that createMfa was not given');
    expect(() => readRecord(record)).not.toThrow('pigeon');
  }
});

test('the empty record is frozen, with all that is in it', () => {
  const parts = (value: unknown): readonly object[] =>
    typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(parts)] : [];
  expect(parts(EMPTY_RECORD)).toHaveLength(8);
  expect(parts(EMPTY_RECORD).filter((part) => !Object.isFrozen(part))).toEqual([]);
});
