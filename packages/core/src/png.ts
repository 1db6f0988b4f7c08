/** PNG (ISO/IEC 15948): draws a black and white picture on every runtime, without canvas, zlib or file system. */

import { concatBytes } from '@noble/hashes/utils.js';

const SIGNATURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Filters of a row (§9.2): its bytes as they are, and its bytes less those of the row above. */
const NONE = 0;
const UP = 2;

/**
 * A square picture of one bit per pixel.
 * @param rows - of squares, from the top; true is black
 * @param scale - pixels in a side of a square
 */
export async function squarePng(rows: readonly (readonly boolean[])[], scale: number): Promise<Uint8Array> {
  const size = rows.length * scale;
  const rowBytes = 1 + Math.ceil(size / 8); // the filter, then eight pixels per byte
  const pixels = new Uint8Array(rowBytes * size);
  for (const [y, row] of rows.entries()) {
    const lines = pixels.subarray(y * scale * rowBytes, (y + 1) * scale * rowBytes);
    lines[0] = NONE;
    for (const [x, isDark] of row.entries()) {
      for (let at = x * scale; !isDark && at < (x + 1) * scale; at++) {
        const byte = 1 + (at >> 3);
        lines[byte] = (lines[byte] ?? 0) | (0x80 >> (at & 7));
      }
    }
    // The other lines of these squares are no different.
    for (let line = 1; line < scale; line++) lines[line * rowBytes] = UP;
  }
  // Width, height, one bit of grayscale, the only compression and filter methods, and no interlace.
  const header = new Uint8Array([...uint32(size), ...uint32(size), 1, 0, 0, 0, 0]);
  return concatBytes(
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', await deflate(pixels)),
    chunk('IEND', new Uint8Array()),
  );
}

/** Compresses to the zlib format with a class that every runtime has. */
async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const deflated = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(deflated).arrayBuffer());
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concatBytes(new TextEncoder().encode(type), data);
  return concatBytes(uint32(data.length), body, uint32(crc32(body)));
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
