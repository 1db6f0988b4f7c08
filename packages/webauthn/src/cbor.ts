/** readCbor: the part of CBOR that WebAuthn uses, and nothing else. */
import { attempt, demand } from './ceremony-error.ts';
import { decodeUtf8 } from './utf8.ts';

/** Integers of 32 bits, bytes, texts, lists, maps, `true` and `false`. */
export type Cbor = number | boolean | string | Uint8Array<ArrayBuffer> | readonly Cbor[] | CborMap;
/** Keys are integers or texts. */
export type CborMap = ReadonlyMap<Cbor, Cbor>;

/**
 * Reads one item. Refused are floats, tags, indefinite lengths, integers over 32 bits, lengths and numbers that are not
 * in their shortest form, more than four lists and maps within the outermost one (as many as a `compound` attestation
 * with certificates has), a map key that stands twice, and texts that are not UTF-8.
 *
 * @param from - where the item begins
 * @returns the item, and where the next one would begin
 * @throws {CeremonyError} `cbor`
 * @see https://www.rfc-editor.org/rfc/rfc8949
 */
export function readCbor(bytes: Uint8Array<ArrayBuffer>, from: number): readonly [item: Cbor, end: number] {
  let at = from;

  /** The next bytes, which have to be there. */
  const take = (length: number): Uint8Array<ArrayBuffer> => {
    fits(length <= bytes.length - at);
    return bytes.subarray(at, (at += length));
  };

  const number = (length: number): number => take(length).reduce((sum, byte) => sum * 256 + byte, 0);

  const argumentOf = (info: number): number => {
    fits(info < 27);
    if (info < 24) return info;
    const width = 1 << (info - 24);
    const value = number(width);
    fits(value >= (width === 1 ? 24 : 256 ** (width / 2)));
    return value;
  };

  const item = (depth: number): Cbor => {
    const head = number(1);
    const type = head >> 5;
    if (type === 7) {
      fits(head === 0xf4 || head === 0xf5);
      return head === 0xf5;
    }
    const value = argumentOf(head & 31);
    if (type === 0) return value;
    if (type === 1) return -1 - value;
    if (type === 2) return take(value);
    if (type === 3) return attempt('cbor', () => decodeUtf8(take(value)));
    fits(type < 6 && depth <= 4);
    const items: Cbor[] = [];
    const map = new Map<Cbor, Cbor>();
    while (items.length + map.size < value) {
      const next = item(depth + 1);
      if (type === 4) items.push(next);
      else {
        fits((typeof next === 'number' || typeof next === 'string') && !map.has(next));
        map.set(next, item(depth + 1));
      }
    }
    return type === 4 ? items : map;
  };

  return [item(0), at];
}

function fits(met: unknown): asserts met {
  demand(met, 'cbor');
}
