/** base64url without padding, in its only canonical form. */

/** @see https://www.rfc-editor.org/rfc/rfc4648#section-5 */
export function encodeBase64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The bytes; `null` if a character, the length or an unused bit is wrong. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const characters = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(characters, (character) => character.charCodeAt(0));
    // `atob` also takes spaces, padding, the other alphabet, and bits that belong to no byte.
    return encodeBase64url(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}
