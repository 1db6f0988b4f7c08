/** base64url without padding, in its only canonical form. */
import { attempt, demand } from './ceremony-error.ts';

/** @see https://www.rfc-editor.org/rfc/rfc4648#section-5 */
export function encodeBase64url(bytes: Uint8Array): string {
  return encodeBinary(String.fromCharCode(...bytes));
}

/** @param binary - a character of at most U+00FF for each byte */
function encodeBinary(binary: string): string {
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @throws {CeremonyError} `response`, if a character, the length or an unused bit is wrong */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = attempt('response', () => atob(text.replaceAll('-', '+').replaceAll('_', '/')));
  // `atob` also takes spaces, padding, the other alphabet, and bits that belong to no byte.
  demand(encodeBinary(binary) === text, 'response');
  return new Uint8Array(binary.length).map((_zero, i) => binary.charCodeAt(i));
}
