/** mapSealed: the only place that knows where a record keeps sealed secrets. */
import type { SealedSecret } from '../factors/stored.ts';
import { PRINTS } from '../import/stored.ts';
import type { MfaRecord } from './record.ts';

/** Returns the record with every sealed secret replaced by the result of `map`. */
export function mapSealed(record: MfaRecord, map: (stored: SealedSecret) => string): MfaRecord {
  const mapped = <T extends SealedSecret>(stored: T): T => ({ ...stored, secret: map(stored) });
  const { factors, backupCodes, pending, imported } = record;
  return {
    ...record,
    factors: factors.map(mapped),
    backupCodes: backupCodes && mapped(backupCodes),
    pending: pending && {
      ...pending,
      factor: mapped(pending.factor),
      backupCodes: pending.backupCodes && mapped(pending.backupCodes),
    },
    ...(imported && { imported: { ...imported, prints: map({ ...PRINTS, secret: imported.prints }) } }),
  };
}

/** Lists every sealed secret of a record. */
export function sealedSecrets(record: MfaRecord): readonly SealedSecret[] {
  const secrets: SealedSecret[] = [];
  mapSealed(record, (stored) => {
    secrets.push(stored);
    return stored.secret;
  });
  return secrets;
}
