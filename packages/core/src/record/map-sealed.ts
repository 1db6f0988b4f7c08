/** mapSealed: the only place that knows where a record keeps sealed secrets. */
import type { SealedSecret } from '../factors/stored.ts';
import { IMPORT } from '../import/stored.ts';
import type { MfaRecord } from './record.ts';

/** Returns the record with every sealed secret replaced by the result of `map`. */
export function mapSealed(record: MfaRecord, map: (stored: SealedSecret) => string): MfaRecord {
  const mapped = <T extends SealedSecret>(stored: T): T => ({ ...stored, secret: map(stored) });
  const print = (id: string, secret: string): string => map({ kind: IMPORT, id, secret });
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
    ...(imported && {
      imported: {
        ...imported,
        prints: { factors: print('factors', imported.prints.factors), codes: print('codes', imported.prints.codes) },
      },
    }),
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
