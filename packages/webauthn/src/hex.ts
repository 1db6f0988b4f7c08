/** hexOf: two digits a byte. */

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (256 + byte).toString(16).slice(1)).join('');
}
