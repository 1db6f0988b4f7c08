/** Computes the recovery codes of django-allauth, which stores their seed. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * The unspent codes of a seed.
 * @param usedMask - bit i is set if code i was spent
 * @param count - `MFA_RECOVERY_CODE_COUNT`
 * @param digits - `MFA_RECOVERY_CODE_DIGITS`
 */
export function readAllauthCodes(
  seed: string,
  usedMask: number,
  { count = 10, digits = 8 }: { readonly count?: number; readonly digits?: number } = {},
): readonly string[] {
  const running = hmac.create(sha1, utf8ToBytes(seed));
  const codes = Array.from({ length: count }, (_, index) => {
    running.update(utf8ToBytes(`${String(index).padStart(3)},`));
    const bytes = running
      .clone()
      .digest()
      .subarray(0, Math.floor(digits / 2));
    const number = bytes.reduce((value: bigint, byte) => value * 256n + BigInt(byte), 0n) % 10n ** BigInt(digits);
    return String(number).padStart(digits, '0');
  });
  return codes.filter((_, index) => (BigInt(usedMask) & (1n << BigInt(index))) === 0n);
}
