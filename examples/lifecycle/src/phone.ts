/** Phone: an authenticator app made of libraries that share no code with mfakit. */
import { stripVTControlCharacters } from 'node:util';
import jsqr from 'jsqr';
import { TOTP, URI } from 'otpauth';
import { PNG } from 'pngjs';
import { Misbehaviour } from './outcomes.ts';

/** An app that holds one account. */
export interface Phone {
  readonly issuer: string;
  readonly accountName: string;
  /** The code that the app shows at an instant (epoch ms). */
  code(at: number): string;
}

/** Adds the account of an otpauth URI to the app. The URI is parsed, and the codes computed, by `otpauth`. */
export function addAccount(uri: string): Phone {
  const totp = URI.parse(uri);
  if (!(totp instanceof TOTP)) throw new Misbehaviour('the URI is not one of a TOTP account');
  return { issuer: totp.issuer, accountName: totp.label, code: (timestamp) => totp.generate({ timestamp }) };
}

/** Reads a QR code from a `data:image/png` URL: `pngjs` decodes the image, `jsqr` finds the code in it. */
export function scanImage(dataUrl: string): string {
  const image = PNG.sync.read(Buffer.from(dataUrl.replace(/^data:image\/png;base64,/, ''), 'base64'));
  return decode(new Uint8ClampedArray(image.data), image.width, image.height);
}

/** What a camera sees of one module, in pixels. */
const PIXELS_PER_MODULE = 4;

/** The upper and the lower module of each character: whether it is dark. */
const HALF_BLOCKS: Readonly<Record<string, readonly [upper: boolean, lower: boolean]>> = {
  ' ': [false, false],
  '▀': [true, false],
  '▄': [false, true],
  '█': [true, true],
};

/** Reads a QR code from lines of half blocks, as a camera in front of the terminal would. */
export function scanTerminal(lines: readonly string[]): string {
  const rows = lines.flatMap((line) => {
    const modules = Array.from(stripVTControlCharacters(line), (character) => HALF_BLOCKS[character] ?? [false, false]);
    return [modules.map(([upper]) => upper), modules.map(([, lower]) => lower)];
  });
  const width = Math.max(...rows.map((row) => row.length)) * PIXELS_PER_MODULE;
  const height = rows.length * PIXELS_PER_MODULE;
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const dark = rows[Math.floor(y / PIXELS_PER_MODULE)]?.[Math.floor(x / PIXELS_PER_MODULE)] === true;
      if (dark) pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3); // red, green, blue; alpha stays
    }
  }
  return decode(pixels, width, height);
}

function decode(pixels: Uint8ClampedArray, width: number, height: number): string {
  const found = jsqr.default(pixels, width, height, { inversionAttempts: 'dontInvert' });
  if (found === null) throw new Misbehaviour('the decoder finds no QR code');
  return found.data;
}
