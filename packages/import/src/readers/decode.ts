/** Decodes the encodings in which sources write bytes. What does not decode is malformed. */
import { base64, base64nopad, base64urlnopad } from '@scure/base';
import { hexToBytes } from '@noble/hashes/utils.js';
import { orRefuse } from '../row-error.ts';

/** Base64 with or without padding, with line ends as `encode(…, 'base64')` of PostgreSQL and Ruby's `pack('m')` make them. */
export function fromBase64(text: string): Uint8Array {
  const joined = text.replace(/\s+/g, '');
  return orRefuse('malformed', () => (joined.endsWith('=') ? base64 : base64nopad).decode(joined));
}

/** Base64url, with or without padding. */
export function fromBase64url(text: string): Uint8Array {
  return orRefuse('malformed', () => base64urlnopad.decode(text.replace(/={1,2}$/, '')));
}

/** Hexadecimal digits. */
export function fromHex(text: string): Uint8Array {
  return orRefuse('malformed', () => hexToBytes(text));
}

/** UTF-8, strictly. */
export function fromUtf8(bytes: Uint8Array): string {
  return orRefuse('malformed', () => new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

/** JSON text. */
export function fromJson(text: string): unknown {
  return orRefuse('malformed', () => JSON.parse(text) as unknown);
}
