/** regenerate: a whole new set of backup codes replaces the old one in one swap. */
import type { BackupCodeSet } from '../record.ts';
import type { Attempt, Gate } from './attempt.ts';

/** Asked before the new set is drawn and hashed. */
export const regenerateGate: Gate = { operation: 'regenerate', barrier: () => null };

/** Puts a hashed set in the place of the old one. */
export function regenerateAttempt(backupCodes: BackupCodeSet): Attempt<undefined> {
  return {
    ...regenerateGate,
    apply: (record, provenBy) => ({
      record: { ...record, backupCodes },
      events: [{ type: 'backup_codes_regenerated', count: backupCodes.remaining, provenBy }],
      result: undefined,
    }),
  };
}
