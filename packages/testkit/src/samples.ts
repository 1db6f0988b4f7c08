/** Records and events as the core would write them. */
import {
  EMPTY_RECORD,
  type BackupCodeSet,
  type MfaEvent,
  type MfaRecord,
  type StoredRecord,
  type TotpFactor,
} from '@mfakit/core';

/** 22 November 2026: an arbitrary instant. */
export const SAMPLE_INSTANT = 1_795_305_600_000;

const FACTOR: TotpFactor = {
  kind: 'totp',
  id: 'f_8JvJ1h2mQ0',
  label: 'Phone',
  secret: 'v1.k3Yc0g.lP7q-b2Zr9oX'.padEnd(110, 'A'),
  algorithm: 'SHA1',
  digits: 6,
  periodSeconds: 30,
  createdAt: SAMPLE_INSTANT,
  lastStep: 59_843_520,
  lastUsedAt: SAMPLE_INSTANT,
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

/** The record of a user with one factor. `failures` distinguishes the versions. */
export function sampleRecord(failures = 0): MfaRecord {
  return {
    // Nothing is shared with the core: some cases change every part of a record.
    ...structuredClone(EMPTY_RECORD),
    epoch: 1,
    factors: [{ ...FACTOR }],
    backupCodes: { ...BACKUP_CODES },
    lockout: { failures, passwordFailures: 0, lockedUntil: null, streak: 0 },
    lastEventSeq: failures,
  };
}

/** Makes a revision that was never used before. */
function freshRevision(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A record under a fresh revision. */
export function version(record: MfaRecord | number = 0): StoredRecord {
  return { revision: freshRevision(), record: typeof record === 'number' ? sampleRecord(record) : record };
}

/** Events with the numbers `from` to `to`, in that order. */
export function sampleEvents(userId: string, from: number, to: number): readonly MfaEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => sampleEvent(userId, from + index));
}

/** One event. `ip` distinguishes it from another event with the same number. */
export function sampleEvent(userId: string, seq: number, ip = '192.0.2.1'): MfaEvent {
  return {
    userId,
    seq,
    at: SAMPLE_INSTANT + seq,
    ip,
    type: 'attempt_refused',
    operation: 'verify',
    reason: 'invalid_code',
    failures: seq,
  };
}

/** An `ip` that cannot be written as JSON: the core gives none, but it makes a store fail half-way. */
export const UNWRITABLE: string = {
  toJSON(): never {
    throw new Error('This value cannot be written.');
  },
} as unknown as string;
