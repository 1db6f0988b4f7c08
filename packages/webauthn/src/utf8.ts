/** decodeUtf8: text that has to be UTF-8; a byte order mark is dropped, as the standard's "UTF-8 decode" does. */

/** @throws {TypeError} if it is not */
export function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
