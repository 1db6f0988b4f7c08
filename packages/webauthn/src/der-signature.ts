/** rawSignature: an ECDSA signature in DER, as authenticators send it, for WebCrypto. */

/**
 * Both numbers in 32 bytes, one after the other; `null` if they do not fit. Whether they are in their shortest form is
 * not asked: whoever changes that learns and gains nothing.
 *
 * @see https://www.w3.org/TR/webauthn-3/#sctn-signature-attestation-types
 */
export function rawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const raw = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const start = at + 2;
    if (der[at] !== 2) return null;
    at = start + (der[at + 1] ?? 0);
    // A zero in front keeps a number from being negative.
    const digits = der.subarray(der[start] === 0 ? start + 1 : start, at);
    if (digits.length > 32) return null;
    raw.set(digits, end - digits.length);
  }
  return der[0] === 0x30 && at === der.length && der[1] === at - 2 ? raw : null;
}
