/** RandomSource: the source of every random value. */

/**
 * A cryptographically secure source of random bytes (NIST SP 800-63B-4 §3.2.12).
 * @param bytes - how many; 1 to 65,536
 */
export type RandomSource = (bytes: number) => Uint8Array;

/** The runtime's CSPRNG, `crypto.getRandomValues`. */
export const systemRandom: RandomSource = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));
