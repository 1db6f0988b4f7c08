/** QR codes of otpauth URIs: for pages, for documents, for terminals. */
import { base64 } from '@scure/base';
import qrcode from 'qrcode';
import { squarePng } from './png.ts';

const ERROR_CORRECTION = 'M';
/** The quiet zone that ISO/IEC 18004 requires. */
const MARGIN_MODULES = 4;
const PIXELS_PER_MODULE = 6;

/**
 * @param uri - from `setup`
 * @returns a `data:image/png;base64,` URL for the `src` of an image
 */
export async function qrPngDataUrl(uri: string): Promise<string> {
  // The renderer of qrcode needs zlib or a canvas, and a worker has neither.
  const { modules } = qrcode.create(uri, { errorCorrectionLevel: ERROR_CORRECTION });
  const moduleAt = (pixel: number): number => Math.floor(pixel / PIXELS_PER_MODULE) - MARGIN_MODULES;
  const png = await squarePng((modules.size + 2 * MARGIN_MODULES) * PIXELS_PER_MODULE, (x, y) => {
    const [column, row] = [moduleAt(x), moduleAt(y)];
    const inside = Math.min(row, column) >= 0 && Math.max(row, column) < modules.size;
    return inside && modules.data[row * modules.size + column] === 1;
  });
  return `data:image/png;base64,${base64.encode(png)}`;
}

/**
 * @param uri - from `setup`
 * @returns an SVG document
 */
export async function qrSvg(uri: string): Promise<string> {
  return qrcode.toString(uri, { errorCorrectionLevel: ERROR_CORRECTION, margin: MARGIN_MODULES, type: 'svg' });
}

/**
 * @param uri - from `setup`
 * @returns lines of half-block characters, for dark text on a light background: two modules each, no color codes
 */
export async function qrText(uri: string): Promise<string> {
  return qrcode.toString(uri, { errorCorrectionLevel: ERROR_CORRECTION, margin: MARGIN_MODULES, type: 'utf8' });
}
