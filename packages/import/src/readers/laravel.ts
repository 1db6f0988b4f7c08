/** Opens what Laravel's `Crypt` encrypts. */
import { cbc, gcm } from '@noble/ciphers/aes.js';
import { equalBytes } from '@noble/ciphers/utils.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as z from 'zod';
import { RowError, firstThatOpens } from '../row-error.ts';
import { fromBase64, fromHex, fromJson, fromUtf8 } from './decode.ts';

const payload = z.object({ iv: z.string(), value: z.string(), mac: z.string(), tag: z.string().optional() });

/**
 * Opens a payload of `encrypt` or `encryptString`.
 * @param keys - `APP_KEY` and `APP_PREVIOUS_KEYS`, decoded
 * @throws {RowError} `malformed`, `unreadable`
 */
export function readLaravel(text: string, keys: readonly Uint8Array[]): string {
  const parsed = payload.safeParse(fromJson(fromUtf8(fromBase64(text))));
  if (!parsed.success) throw new RowError('malformed');
  const { iv, value, mac, tag } = parsed.data;
  const [ivBytes, valueBytes] = [fromBase64(iv), fromBase64(value)];
  const plaintext = firstThatOpens(keys, (key) => {
    if (tag !== undefined && tag !== '') {
      const tagBytes = fromBase64(tag);
      if (tagBytes.length !== 16) throw new RowError('unreadable');
      return gcm(key, ivBytes).decrypt(Uint8Array.of(...valueBytes, ...tagBytes));
    }
    if (!equalBytes(hmac(sha256, key, new TextEncoder().encode(iv + value)), fromHex(mac)))
      throw new RowError('unreadable');
    return cbc(key, ivBytes).decrypt(valueBytes);
  });
  return fromPhpString(fromUtf8(plaintext));
}

/** A bare string, or exactly one serialised string. Nothing else of PHP's serialisation is ever read. */
function fromPhpString(text: string): string {
  const [, length, inner] = /^s:(\d+):"([^]*)";$/.exec(text) ?? [];
  if (inner === undefined) return text;
  if (new TextEncoder().encode(inner).length !== Number(length)) throw new RowError('malformed');
  return inner;
}
