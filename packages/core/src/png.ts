/** PNG (ISO/IEC 15948): draws a black and white picture on every runtime, without canvas, zlib or file system. */

import { concatBytes } from '@noble/hashes/utils.js';

const SIGNATURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A square picture of one bit per pixel.
 * @param size - width and height in pixels
 * @param isDark - whether the pixel in column `x` and row `y` is black
 */
export async function squarePng(size: number, isDark: (x: number, y: number) => boolean): Promise<Uint8Array> {
  const rowBytes = 1 + Math.ceil(size / 8); // a filter byte (0: none), then eight pixels per byte
  const rows = new Uint8Array(rowBytes * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = y * rowBytes + 1 + (x >> 3);
      if (!isDark(x, y)) rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  // Width, height, one bit of grayscale, the only compression and filter methods, and no interlace.
  const header = new Uint8Array([...uint32(size), ...uint32(size), 1, 0, 0, 0, 0]);
  return concatBytes(
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', await deflate(rows)),
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
