/** encodeCbor: CBOR of what an authenticator sends, in the shortest form. */

/** What authenticators send. A `Map` keeps its order; keys are integers or texts. */
export type CborValue = number | string | Uint8Array | readonly CborValue[] | ReadonlyMap<number | string, CborValue>;

/** The bytes of `parts`, one after the other. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** @see https://www.rfc-editor.org/rfc/rfc8949#section-3 */
export function encodeCbor(value: CborValue): Uint8Array<ArrayBuffer> {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (value instanceof Uint8Array) return joinBytes(head(2, value.length), value);
  if (typeof value === 'string') {
    const bytes = new TextEncoder().encode(value);
    return joinBytes(head(3, bytes.length), bytes);
  }
  if (value instanceof Map) {
    return joinBytes(head(5, value.size), ...[...value].flatMap(([key, item]) => [encodeCbor(key), encodeCbor(item)]));
  }
  const items = value as readonly CborValue[];
  return joinBytes(head(4, items.length), ...items.map(encodeCbor));
}

function head(major: number, argument: number): Uint8Array<ArrayBuffer> {
  const type = major << 5;
  if (argument < 24) return Uint8Array.of(type | argument);
  if (argument < 0x100) return Uint8Array.of(type | 24, argument);
  if (argument < 0x1_0000) return Uint8Array.of(type | 25, argument >> 8, argument & 0xff);
  const bytes = new Uint8Array(5);
  bytes[0] = type | 26;
  new DataView(bytes.buffer).setUint32(1, argument);
  return bytes;
}
