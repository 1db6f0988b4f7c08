/** RandomSource: the source of every random value. */

/**
 * A cryptographically secure source of random bytes (NIST SP 800-63B-4 §3.2.12). Every answer is checked: if it is not a
 * `Uint8Array` of that length, the call that needed it throws a `TypeError` and changes nothing.
 * @param bytes - how many; 1 to 65,536
 */
export type RandomSource = (bytes: number) => Uint8Array;

/** The runtime's CSPRNG, `crypto.getRandomValues`. */
export const systemRandom: RandomSource = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));

/** Bytes that are drawn at once. */
const BLOCK_BYTES = 1024;

/** The source, asked for whole blocks: most of what a few bytes cost is the asking. What was given out is wiped here. */
export function inBlocks(random: RandomSource): RandomSource {
  let block: Uint8Array = new Uint8Array(0);
  let used = 0;
  return (length) => {
    if (length > BLOCK_BYTES) return random(length);
    if (used + length > block.length) {
      block = random(BLOCK_BYTES);
      used = 0;
    }
    const bytes = block.slice(used, used + length);
    block.fill(0, used, used + length);
    used += length;
    return bytes;
  };
}

/**
 * The source with every answer checked: a short one would make secrets that can be guessed. Draws nothing itself.
 * @throws {TypeError} from the source that it makes
 */
export function checkedRandom(random: RandomSource): RandomSource {
  return (length) => {
    const bytes: unknown = random(length);
    if (!isBytes(bytes, length)) throw new TypeError(`random must give a Uint8Array of ${length} bytes`);
    return bytes;
  };
}

/** Whether a value is a `Uint8Array` of this length; one of another realm is as good. */
export function isBytes(value: unknown, length: number): value is Uint8Array {
  return (
    ArrayBuffer.isView(value) &&
    Reflect.get(value, Symbol.toStringTag) === 'Uint8Array' &&
    (value as Uint8Array).length === length
  );
}
