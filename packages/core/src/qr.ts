/** QR codes of otpauth URIs: for pages, for documents, for terminals. */
// oxlint-disable-next-line typescript/triple-slash-reference -- whoever compiles this file from elsewhere needs it too
/// <reference path="./qrcode-encoder.d.ts" />
import { base64 } from '@scure/base';
// Not `qrcode` itself: its renderers require `fs` and `zlib`, which ends an ESM bundle at the first setup.
import encoder from 'qrcode/lib/core/qrcode.js';
import { squarePng } from './png.ts';

const ERROR_CORRECTION = 'M';
/** The quiet zone that ISO/IEC 18004 requires. */
const MARGIN_MODULES = 4;
const PIXELS_PER_MODULE = 6;

/** Black on white, whatever the colors of the terminal; then its own colors again. */
const BLACK_ON_WHITE = '\u001B[38;5;16;48;5;231m';
const OWN_COLORS = '\u001B[0m';

/** Options of `qrSvg`. */
export interface QrSvgOptions {
  /** What screen readers read out; default `QR code`. */
  readonly title?: string;
}

/** A QR code with its quiet zone. */
interface Picture {
  /** Modules in a row, and rows. */
  readonly size: number;
  readonly isDark: (x: number, y: number) => boolean;
}

function pictureOf(uri: string): Picture {
  const { modules } = encoder.create(uri, { errorCorrectionLevel: ERROR_CORRECTION });
  const { size, data } = modules;
  return {
    size: size + 2 * MARGIN_MODULES,
    isDark(x, y) {
      const [column, row] = [x - MARGIN_MODULES, y - MARGIN_MODULES];
      return Math.min(row, column) >= 0 && Math.max(row, column) < size && data[row * size + column] === 1;
    },
  };
}

/**
 * @param uri - from `setup`
 * @returns a `data:image/png;base64,` URL for the `src` of an image. A module is 6 pixels wide: show the image in its own
 *   size, or in one that makes a module a whole number of pixels
 */
export async function qrPngDataUrl(uri: string): Promise<string> {
  const { size, isDark } = pictureOf(uri);
  const moduleAt = (pixel: number): number => Math.floor(pixel / PIXELS_PER_MODULE);
  const png = await squarePng(size * PIXELS_PER_MODULE, (x, y) => isDark(moduleAt(x), moduleAt(y)));
  return `data:image/png;base64,${base64.encode(png)}`;
}

/**
 * @param uri - from `setup`
 * @returns an SVG element for a page, or a document of its own; 6 pixels for each module, and it can be scaled
 */
export async function qrSvg(uri: string, { title = 'QR code' }: QrSvgOptions = {}): Promise<string> {
  const { size, isDark } = pictureOf(uri);
  const pixels = size * PIXELS_PER_MODULE;
  let strokes = '';
  for (let y = 0; y < size; y++) {
    for (let x = 0, end = 0; x < size; x = end + 1) {
      for (end = x; isDark(end, y);) end += 1;
      // One stroke for each run of dark modules, along the middle of its row.
      if (end > x) strokes += `M${x} ${y}.5h${end - x}`;
    }
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pixels}" height="${pixels}" viewBox="0 0 ${size} ${size}" ` +
    `role="img" shape-rendering="crispEdges"><title>${escaped(title)}</title>` +
    `<path fill="#ffffff" d="M0 0h${size}v${size}H0z"/><path stroke="#000000" d="${strokes}"/></svg>\n`
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * @param uri - from `setup`
 * @returns lines of half-block characters, two modules each. Every line sets its own colors (ANSI, black on white), so that
 *   a phone can read it off dark terminals and light ones
 */
export async function qrText(uri: string): Promise<string> {
  const { size, isDark } = pictureOf(uri);
  const lines: string[] = [];
  for (let y = 0; y < size; y += 2) {
    const blocks = Array.from({ length: size }, (_, x) => block(isDark(x, y), isDark(x, y + 1)));
    lines.push(`${BLACK_ON_WHITE}${blocks.join('')}${OWN_COLORS}`);
  }
  return lines.join('\n');
}

function block(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '\u2588' : '\u2580';
  return lower ? '\u2584' : ' ';
}
