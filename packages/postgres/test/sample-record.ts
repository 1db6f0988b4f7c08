/** SAMPLE_RECORD: the record of a user with one factor and ten backup codes, of the size that the core writes. */
import { EMPTY_RECORD, type BackupCodeSet, type MfaRecord, type TotpFactor } from '@mfakit/core';

const FACTOR: TotpFactor = {
  kind: 'totp',
  id: 'f_8JvJ1h2mQ0',
  label: 'Phone',
  secret: 'v1.k3Yc0g.lP7q-b2Zr9oX'.padEnd(110, 'A'),
  algorithm: 'SHA1',
  digits: 6,
  periodSeconds: 30,
  createdAt: 1_795_305_600_000,
  lastStep: 59_843_520,
  lastUsedAt: 1_795_305_600_000,
};

const BACKUP_CODES: BackupCodeSet = {
  kind: 'backup_code',
  id: 'AAECAwQFBgcICQoLDA0ODw',
  memoryKiB: 19_456,
  passes: 2,
  parallelism: 1,
  remaining: 10,
  secret: 'v1.k3Yc0g.9Qm2'.padEnd(480, 'B'),
};

export const SAMPLE_RECORD: MfaRecord = {
  ...EMPTY_RECORD,
  epoch: 1,
  factors: [FACTOR],
  backupCodes: BACKUP_CODES,
  lockout: { failures: 0, passwordFailures: 0, lockedUntil: null, streak: 0 },
  lastEventSeq: 0,
};
