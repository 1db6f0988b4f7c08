/** rawSignature: an ECDSA signature in DER, as authenticators send it, for WebCrypto. */

/**
 * Both numbers in 32 bytes, one after the other; `null` if it is not DER of two numbers of P-256.
 *
 * @see https://www.w3.org/TR/webauthn-3/#sctn-signature-attestation-types
 */
export function rawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const raw = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    const digits = der.subarray(at + 2, at + 2 + length);
    const [first = 0x80, second = 0x80] = digits;
    // Not negative, and no zero in front that is not needed.
    if (der[at] !== 2 || digits.length !== length || first >= 0x80 || (first === 0 && second < 0x80)) return null;
    const unsigned = first === 0 ? digits.subarray(1) : digits;
    if (unsigned.length > 32) return null;
    raw.set(unsigned, end - unsigned.length);
    at += 2 + length;
  }
  return at === der.length ? raw : null;
}
