/** QR codes of otpauth URIs: for pages, for documents, for terminals. */
import { base64 } from '@scure/base';
import { encodeQR } from 'qr';
import { squarePng } from './png.ts';

const PIXELS_PER_MODULE = 6;

/** Black on white, whatever the colors of the terminal; then its own colors again. */
const BLACK_ON_WHITE = '\u001B[38;5;16;48;5;231m';
const OWN_COLORS = '\u001B[0m';

/** Options of `qrSvg`. */
export interface QrSvgOptions {
  /** What screen readers read out; default `QR code`. */
  readonly title?: string;
}

/**
 * A QR code, row by row with its quiet zone of four modules (ISO/IEC 18004 §5.3.8); true is dark. A phone reads it with 15 %
 * of it damaged.
 */
function modulesOf(uri: string): readonly (readonly boolean[])[] {
  return encodeQR(uri, 'raw', { ecc: 'medium', border: 4 });
}

/**
 * @param uri - from `setup`
 * @returns a `data:image/png;base64,` URL for the `src` of an image. A module is 6 pixels wide: show the image in its own
 *   size, or in one that makes a module a whole number of pixels
 */
export async function qrPngDataUrl(uri: string): Promise<string> {
  const png = await squarePng(modulesOf(uri), PIXELS_PER_MODULE);
  return `data:image/png;base64,${base64.encode(png)}`;
}

/**
 * @param uri - from `setup`
 * @returns an SVG element for a page, or a document of its own; 6 pixels for each module, and it can be scaled
 */
export async function qrSvg(uri: string, { title = 'QR code' }: QrSvgOptions = {}): Promise<string> {
  const rows = modulesOf(uri);
  const size = rows.length;
  const pixels = size * PIXELS_PER_MODULE;
  let strokes = '';
  for (const [y, row] of rows.entries()) {
    for (let x = row.indexOf(true), end = x; x >= 0; x = row.indexOf(true, end)) {
      end = row.indexOf(false, x); // light, at the latest in the quiet zone
      // One stroke for each run of dark modules, along the middle of its row.
      strokes += `M${x} ${y}.5h${end - x}`;
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
  const rows = modulesOf(uri);
  const lines: string[] = [];
  for (let y = 0; y < rows.length; y += 2) {
    const lower = rows[y + 1] ?? [];
    const blocks = (rows[y] ?? []).map((isDark, x) => block(isDark, lower[x] === true));
    lines.push(`${BLACK_ON_WHITE}${blocks.join('')}${OWN_COLORS}`);
  }
  return lines.join('\n');
}

function block(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '\u2588' : '\u2580';
  return lower ? '\u2584' : ' ';
}
