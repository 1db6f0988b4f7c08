/** unreadable: makes a record whose sealed texts no key can open. */
import type { MfaRecord } from '@mfakit/core';

/** Returns the record with every sealed text spoiled. Everything else stays sound. */
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
