/** Reads a secret that is stored as text: base32, hex, ASCII, or a whole otpauth URI. */
import { RowError, orRefuse } from '../row-error.ts';
import { fromHex } from './decode.ts';

/** How the text stands for the bytes of the key. Not guessed: `ABCDEF23` is valid in three of them. */
export type SecretEncoding = 'base32' | 'hex' | 'ascii' | 'uri';

/** A secret, and its parameters as far as the text tells them. */
export interface ReadSecret {
  readonly secret: Uint8Array;
  readonly algorithm?: string;
  readonly digits?: number;
  readonly periodSeconds?: number;
}

/**
 * Reads a secret from its column.
 * @param text - base32 may be in either case, with spaces, dashes or padding, and cut off within a byte
 * @throws {RowError} `malformed`; `hotp` for a URI of a counting factor
 */
export function readSecret(text: string, encoding: SecretEncoding): ReadSecret {
  if (encoding === 'uri') return readUri(text);
  if (encoding === 'hex') return { secret: fromHex(text.trim()) };
  if (encoding === 'base32') return { secret: fromBase32(text) };
  if (!/^[\x20-\x7e]+$/.test(text)) throw new RowError('malformed');
  return { secret: new TextEncoder().encode(text) };
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text: string): Uint8Array {
  const symbols = text
    .replace(/[\s-]+/g, '')
    .replace(/=+$/, '')
    .toUpperCase();
  const bytes = new Uint8Array(Math.floor((symbols.length * 5) / 8));
  let bits = 0;
  let value = 0;
  let length = 0;
  for (const symbol of symbols) {
    const digit = BASE32.indexOf(symbol);
    if (digit < 0) throw new RowError('malformed');
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = value >> bits;
  }
  if (length === 0) throw new RowError('malformed');
  return bytes;
}

function readUri(text: string): ReadSecret {
  const uri = orRefuse('malformed', () => new URL(text));
  if (uri.protocol !== 'otpauth:') throw new RowError('malformed');
  if (uri.host === 'hotp') throw new RowError('hotp');
  const given = (name: string): string | undefined => uri.searchParams.get(name) ?? undefined;
  const digits = given('digits');
  const period = given('period');
  const algorithm = given('algorithm')
    ?.toUpperCase()
    .replace(/^(HMAC)?SHA-?/, 'SHA');
  return {
    secret: fromBase32(given('secret') ?? ''),
    ...(algorithm !== undefined && { algorithm }),
    ...(digits !== undefined && { digits: Number(digits) }),
    ...(period !== undefined && { periodSeconds: Number(period) }),
  };
}
