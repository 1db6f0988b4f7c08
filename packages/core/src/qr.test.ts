import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { otpauthUri } from './factors/totp/otpauth-uri.ts';
import { qrPngDataUrl, qrSvg, qrText } from './qr.ts';

const ESCAPE = '\u001B';

/** Dark (true) or light, row by row. */
type Modules = readonly (readonly boolean[])[];

const content = {
  issuer: 'Big & Co',
  accountName: 'alice+tag@example.com',
  secret: new TextEncoder().encode('12345678901234567890'),
  algorithm: 'SHA1',
  digits: 6,
  periodSeconds: 30,
} as const;
const URIS = [
  ['a short one', otpauthUri({ ...content, issuer: 'A', accountName: 'b' })],
  ['a usual one', otpauthUri(content)],
  [
    'the longest one',
    // 64 and 254 bytes: as long as createMfa and setup allow, in the script that percent-encoding lengthens most.
    otpauthUri({
      ...content,
      issuer: '\u4E16'.repeat(21),
      accountName: '\u4E16'.repeat(84),
      algorithm: 'SHA512',
      secret: new Uint8Array(64).fill(255),
    }),
  ],
] as const;

/** Reads a QR code back with an independent decoder, from pixels. */
function decode(modules: Modules, pixelsPerModule: number): string | undefined {
  const size = modules.length * pixelsPerModule;
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const dark = modules[Math.floor(y / pixelsPerModule)]?.[Math.floor(x / pixelsPerModule)] === true;
      if (dark) pixels.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  }
  return jsqr.default(pixels, size, size, { inversionAttempts: 'dontInvert' })?.data;
}

/** The modules that the paths of an SVG draw: `M x y h n` strokes of one module's height. */
function modulesOfSvg(svg: string): Modules {
  const size = Number(/viewBox="0 0 (\d+) \d+"/.exec(svg)?.[1]);
  const [, drawing = ''] = /stroke="#000000" d="([^"]*)"/.exec(svg) ?? [];
  const modules = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  let x = 0;
  let y = 0;
  for (const [, command, first = '0', second = '0'] of drawing.matchAll(/([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?/g)) {
    if (command === 'M') [x, y] = [Number(first), Number(second)];
    if (command === 'm') [x, y] = [x + Number(first), y + Number(second)];
    if (command !== 'h') continue;
    modules[Math.floor(y)]?.fill(true, x, x + Number(first));
    x += Number(first);
  }
  return modules;
}

/** Half blocks in black on white, between the escape sequences for that. */
const LINE = new RegExp(String.raw`^${ESCAPE}\[38;5;16;48;5;231m([^${ESCAPE}]+)${ESCAPE}\[0m$`);

/** The modules that half blocks show in black on white. Lines that do not set these colors, and unset them, have none. */
function modulesOfText(text: string): Modules {
  return text.split('\n').flatMap((line) => {
    const [, blocks = ''] = LINE.exec(line) ?? [];
    const characters = blocks.split('');
    return ['\u2588\u2580', '\u2588\u2584'].map((dark) => characters.map((character) => dark.includes(character)));
  });
}

describe.each(URIS)('an independent decoder reads back %s', (_name, uri) => {
  test('from the PNG', async () => {
    const url = await qrPngDataUrl(uri);
    const prefix = 'data:image/png;base64,';
    expect(url.startsWith(prefix)).toBe(true);
    const { data, width, height } = PNG.sync.read(Buffer.from(url.slice(prefix.length), 'base64'));
    expect(jsqr.default(new Uint8ClampedArray(data), width, height)?.data).toBe(uri);
  });

  test('from the SVG', async () => {
    const svg = await qrSvg(uri);
    expect(svg).toMatch(/^<svg[^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(decode(modulesOfSvg(svg), 4)).toBe(uri);
  });

  test('from the PNG and the SVG in their own sizes, which are equal and whole pixels for each module', async () => {
    const svg = await qrSvg(uri);
    const [, width, height, modules] =
      /^<svg[^>]* width="(\d+)" height="(\d+)" viewBox="0 0 (\d+) \d+"/.exec(svg) ?? [];
    expect([width, Number(width) / Number(modules)]).toEqual([height, 6]);
    const png = PNG.sync.read(Buffer.from((await qrPngDataUrl(uri)).replace(/^[^,]*,/, ''), 'base64'));
    expect(png.width).toBe(Number(width));
  });

  test('and the three pictures are one, within a quiet zone of four modules', async () => {
    const svg = await qrSvg(uri);
    const drawn = modulesOfSvg(svg);
    expect(modulesOfText(await qrText(uri)).slice(0, drawn.length)).toEqual(drawn);
    const { data, width } = PNG.sync.read(Buffer.from((await qrPngDataUrl(uri)).replace(/^[^,]*,/, ''), 'base64'));
    let different = 0;
    for (let y = 0; y < width; y++) {
      for (let x = 0; x < width; x++) {
        if ((data[(y * width + x) * 4] === 0) !== drawn[Math.floor(y / 6)]?.[Math.floor(x / 6)]) different += 1;
      }
    }
    expect(different).toBe(0);
    // The corner of a finder pattern is dark, and everything before it is light.
    const dark = drawn.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [Math.min(x, y)] : [])));
    expect([Math.min(...dark), drawn[4]?.[4]]).toEqual([4, true]);
    expect(svg).not.toContain('h0"');
    expect(svg).not.toMatch(/h0[Mh]/);
  });

  test('from the text of a terminal', async () => {
    const lines = (await qrText(uri)).split('\n');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    // Colors of their own, so that a dark terminal shows the same: black on white, then what was before.
    expect(lines.map((line) => LINE.exec(line)?.[1]).join('')).toMatch(/^[ \u2580\u2584\u2588]+$/);
    expect(decode(modulesOfText(lines.join('\n')), 4)).toBe(uri);
  });
});

test('the SVG is an image with a title, whatever the title is', async () => {
  const svg = await qrSvg('otpauth://totp/A:b?secret=A');
  expect(svg).toMatch(/^<svg[^>]* role="img"[^>]*><title>QR code<\/title>/);
  expect(await qrSvg('x', { title: 'Für <Ann> & Bob' })).toContain('<title>Für &lt;Ann&gt; &amp; Bob</title>');
});
