/** isShortSecret: whether a TOTP secret is shorter than RFC 4226 allows, told without a key. */
import { sealedBytes } from '../../crypto/sealer.ts';
import type { SealedSecret } from '../stored.ts';

/** 128 bits: the least that RFC 4226 §4 R6 allows. */
export const MIN_SECRET_BYTES = 16;

/** Whether the secret is shorter than 128 bits. The length of the sealed text tells it: nothing is opened. */
export function isShortSecret({ secret }: Pick<SealedSecret, 'secret'>): boolean {
  return sealedBytes(secret) < MIN_SECRET_BYTES;
}
