/** mapSealed: the one place that knows where a record holds sealed secrets. */
import type { SealedSecret } from '../factors/stored.ts';
import type { MfaRecord } from './record.ts';

/** The record with every sealed secret replaced by what `map` makes of it. */
export function mapSealed(record: MfaRecord, map: (stored: SealedSecret) => string): MfaRecord {
  const mapped = <T extends SealedSecret>(stored: T): T => ({ ...stored, secret: map(stored) });
  const { factors, backupCodes, pending } = record;
  return {
    ...record,
    factors: factors.map(mapped),
    backupCodes: backupCodes && mapped(backupCodes),
    pending: pending && {
      ...pending,
      factor: mapped(pending.factor),
      backupCodes: pending.backupCodes && mapped(pending.backupCodes),
    },
  };
}

/** Every sealed secret of a record. */
export function sealedSecrets(record: MfaRecord): readonly SealedSecret[] {
  const secrets: SealedSecret[] = [];
  mapSealed(record, (stored) => {
    secrets.push(stored);
    return stored.secret;
  });
  return secrets;
}
