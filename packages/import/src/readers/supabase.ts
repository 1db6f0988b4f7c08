/** Reads `auth.mfa_factors.secret` of Supabase Auth: base32, or JSON if its operator has configured keys. */
import { gcm } from '@noble/ciphers/aes.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as z from 'zod';
import { RowError, orRefuse } from '../row-error.ts';
import { fromBase64, fromJson, fromUtf8 } from './decode.ts';

const envelope = z.object({ key_id: z.string(), alg: z.literal('aes-gcm-hkdf'), data: z.string(), nonce: z.string() });

/**
 * The base32 text of the secret of one factor.
 * @param row - the id of the factor is part of the key: a secret that was moved to another row does not open
 * @param keys - 32 bytes each, by `key_id`
 * @throws {RowError} `malformed`, `unreadable`
 */
export function readSupabase(
  row: { readonly id: string; readonly secret: string },
  keys: ReadonlyMap<string, Uint8Array>,
): string {
  if (!row.secret.startsWith('{')) return row.secret;
  const { success, data: parts } = envelope.safeParse(fromJson(row.secret));
  if (!success) throw new RowError('malformed');
  const key = keys.get(parts.key_id);
  if (key === undefined) throw new RowError('unreadable');
  const [nonce, data] = [fromBase64(parts.nonce), fromBase64(parts.data)];
  const factorKey = hkdf(sha256, key, undefined, new TextEncoder().encode(row.id), 32);
  return fromUtf8(orRefuse('unreadable', () => gcm(factorKey, nonce).decrypt(data)));
}
