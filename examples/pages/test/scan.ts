/** scanQrCode: an authenticator app that looks at the screen. */
import { virtualAuthenticator, type TestClock, type VirtualAuthenticator } from '@mfakit/testkit';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import type { Locator, Page } from 'playwright-core';

/** A device in somebody's hand. */
export interface Device {
  readonly app: VirtualAuthenticator;
  /** The text of the QR code. */
  readonly uri: string;
  /** A code that was never used: waits for the next time step. */
  freshCode(): string;
  /** A well-formed code that is wrong now. */
  wrongCode(): string;
}

/** Reads the QR code off the screen. */
export async function scanQrCode(page: Page, clock: TestClock): Promise<Device> {
  const image = page.getByRole('img', { name: 'QR code' });
  await expectWholePixels(image);
  const { data, width, height } = PNG.sync.read(await image.screenshot());
  const found = jsqr.default(new Uint8ClampedArray(data), width, height, { inversionAttempts: 'dontInvert' });
  if (found === null) throw new Error('There is no QR code on the screen.');
  return deviceFor(found.data, clock);
}

/** Pixels of the picture for each module, as core draws it. */
const PIXELS_PER_MODULE = 6;

/** On a narrow screen the picture is smaller; a camera reads no less than this. */
const LEAST_PIXELS = 3;

/** Where there is room, a module is a whole number of pixels wide and high. */
async function expectWholePixels(image: Locator): Promise<void> {
  const { scales, room } = await image.evaluate((shown: HTMLImageElement) => {
    const { width, height } = shown.getBoundingClientRect();
    return {
      scales: [width / shown.naturalWidth, height / shown.naturalHeight],
      room: (shown.parentElement?.clientWidth ?? 0) >= shown.naturalWidth,
    };
  });
  for (const scale of scales) {
    const pixels = scale * PIXELS_PER_MODULE;
    if (room ? !Number.isInteger(pixels) : pixels < LEAST_PIXELS)
      throw new Error(`A module of the QR code is ${pixels} pixels.`);
  }
}

/** A device that was given a URI. */
export function deviceFor(uri: string, clock: TestClock): Device {
  const app = virtualAuthenticator(uri);
  return {
    app,
    uri,
    freshCode() {
      clock.advance({ seconds: 30 });
      return app.code(clock());
    },
    wrongCode() {
      const near = new Set([-1, 0, 1].map((step) => app.code(clock() + step * 30_000)));
      return ['111111', '222222', '333333', '444444'].find((code) => !near.has(code)) ?? '555555';
    },
  };
}
