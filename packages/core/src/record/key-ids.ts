/** keyIdsOf: the master keys that a record depends on. */
import { sealedKeyId } from '../crypto/sealer.ts';
import { sealedSecrets } from './map-sealed.ts';
import type { MfaRecord } from './record.ts';

/** The ids of the keys that sealed something in the record, each once, in the order of their letters. */
export function keyIdsOf(record: MfaRecord): readonly string[] {
  return [...new Set(sealedSecrets(record).map(({ secret }) => sealedKeyId(secret)))].toSorted();
}
