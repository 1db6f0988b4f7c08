/** QR codes of otpauth URIs: for pages, for documents, for terminals. */
import qrcode from 'qrcode';

/** Quiet zone of four modules and error correction M: what ISO/IEC 18004 asks of a code on a screen. */
const OPTIONS = { errorCorrectionLevel: 'M', margin: 4 } as const;

/**
 * @param uri - from `setup`
 * @returns a `data:image/png;base64,` URL for the `src` of an image
 */
export async function qrPngDataUrl(uri: string): Promise<string> {
  return qrcode.toDataURL(uri, { ...OPTIONS, type: 'image/png', scale: 6 });
}

/**
 * @param uri - from `setup`
 * @returns an SVG document
 */
export async function qrSvg(uri: string): Promise<string> {
  return qrcode.toString(uri, { ...OPTIONS, type: 'svg' });
}

/**
 * @param uri - from `setup`
 * @returns lines of half-block characters, to be read dark on light: two modules per character, no colour codes
 */
export async function qrText(uri: string): Promise<string> {
  return qrcode.toString(uri, { ...OPTIONS, type: 'utf8' });
}
