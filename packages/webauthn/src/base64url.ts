/** base64url without padding, in its only canonical form. */
import { attempt, demand } from './ceremony-error.ts';

/** @see https://www.rfc-editor.org/rfc/rfc4648#section-5 */
export function encodeBase64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @throws {CeremonyError} `response`, if a character, the length or an unused bit is wrong */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> {
  const characters = attempt('response', () => atob(text.replaceAll('-', '+').replaceAll('_', '/')));
  const bytes = Uint8Array.from(characters, (character) => character.charCodeAt(0));
  // `atob` also takes spaces, padding, the other alphabet, and bits that belong to no byte.
  demand(encodeBase64url(bytes) === text, 'response');
  return bytes;
}
