/** unreadable: a record none of whose sealed texts any key opens. */
import type { MfaRecord } from '@mfakit/core';

/** The record with every sealed text spoiled. Everything else stays sound. */
export function unreadable(record: MfaRecord): MfaRecord {
  return {
    ...record,
    factors: record.factors.map((factor) => ({ ...factor, secret: spoil(factor.secret) })),
    backupCodes: record.backupCodes && { ...record.backupCodes, secret: spoil(record.backupCodes.secret) },
    pending: record.pending && {
      ...record.pending,
      factor: { ...record.pending.factor, secret: spoil(record.pending.factor.secret) },
    },
  };
}

function spoil(sealed: string): string {
  return `${sealed.slice(0, -4)}AAAA`;
}
