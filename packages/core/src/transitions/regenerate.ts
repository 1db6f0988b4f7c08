/** regenerate: a whole new set of backup codes replaces the old one in one swap. */
import type { Attempt, Gate } from '../attempts/attempt.ts';
import type { BackupCodeSet } from '../factors/backup-codes/stored.ts';

/** What bars it, before the new set is drawn and hashed. */
export const regenerateGate: Gate = { operation: 'regenerate', barrier: () => null };

/** Replaces the old set with a hashed new one. */
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
