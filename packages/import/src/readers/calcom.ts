/** Opens what cal.com, and the templates that copied it, encrypt: AES-256-CBC without a MAC. */
import { cbc } from '@noble/ciphers/aes.js';
import { RowError, orRefuse } from '../row-error.ts';
import { fromHex } from './decode.ts';

/** What the plaintext must look like. Nothing else tells a changed ciphertext: the cipher has no MAC. */
const SHAPES: Readonly<Record<'secret' | 'codes', RegExp>> = {
  secret: /^[A-Z2-7]{16,104}=*$/,
  codes: /^\[(?:\s*(?:"[0-9A-Za-z-]{6,64}"|null)\s*(?:,(?!\s*\])|(?=\])))*\]$/,
};

/**
 * Opens `ivHex:ciphertextHex` and checks the shape of what comes out.
 * @param key - `CALENDSO_ENCRYPTION_KEY`: 32 characters of one byte each
 * @throws {RowError} `malformed`, `unreadable`
 */
export function readCalcom(text: string, key: string, shape: keyof typeof SHAPES): string {
  const [, iv, ciphertext] = /^([0-9a-f]{32}):((?:[0-9a-f]{32})+)$/i.exec(text) ?? [];
  if (iv === undefined || ciphertext === undefined) throw new RowError('malformed');
  const bytes = Uint8Array.from(key, (character) => character.charCodeAt(0));
  const plaintext = orRefuse('unreadable', () => cbc(bytes, fromHex(iv)).decrypt(fromHex(ciphertext)));
  const opened = orRefuse('unreadable', () => new TextDecoder('utf-8', { fatal: true }).decode(plaintext));
  if (!SHAPES[shape].test(opened)) throw new RowError('malformed');
  return opened;
}
