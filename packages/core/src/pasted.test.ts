import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { PASTED_BACKUP_CODES, PASTED_CODES } from '../test/input/pasted-forms.ts';
import { plainCode } from './pasted.ts';
import { normalizeBackupCode } from './factors/backup-codes/codes.ts';

const CODE = '123456';
const BACKUP_CODE = '7KQ2-M9XD-4RTP-01HC';

describe('R-12 pasted forms', () => {
  test('the table has sixty of each kind at least, under names of their own', () => {
    for (const table of [PASTED_CODES, PASTED_BACKUP_CODES]) {
      expect(table.filter(({ passes }) => passes).length).toBeGreaterThanOrEqual(60);
      expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
    }
  });

  test.each(PASTED_CODES)('a code with $name', ({ paste, passes }) => {
    const plain = plainCode(paste(CODE)) ?? '';
    expect([/^[0-9]{6,8}$/.test(plain), plain === CODE]).toEqual([passes, passes]);
  });

  test.each(PASTED_BACKUP_CODES)('a backup code with $name', ({ paste, passes }) => {
    const symbols = normalizeBackupCode(plainCode(paste(BACKUP_CODE)) ?? '');
    expect(symbols).toBe(passes ? BACKUP_CODE.replaceAll('-', '') : null);
  });

  test.each([undefined, null, 123_456, true, {}, ['123456']])('%j is none', (given) => {
    expect(plainCode(given)).toBeNull();
  });
});

describe('digits of every script', () => {
  const all = Array.from({ length: 0x11_00_00 }, (_, point) => point).filter((point) =>
    /\p{Nd}/u.test(String.fromCodePoint(point)),
  );

  test('become the values that the runtime’s own number formats write', () => {
    const known = new Set<number>();
    for (const numberingSystem of Intl.supportedValuesOf('numberingSystem')) {
      const format = new Intl.NumberFormat('en', { numberingSystem, useGrouping: false });
      for (const value of Array.from({ length: 10 }, (_, digit) => digit)) {
        const digit = format.format(value);
        if (!/^\p{Nd}$/u.test(digit)) continue;
        known.add(digit.codePointAt(0) ?? 0);
        expect([numberingSystem, plainCode(digit)]).toEqual([numberingSystem, String(value)]);
      }
    }
    expect(known.size).toBeGreaterThan(500);
  });

  test('all of them become one ASCII digit', () => {
    expect(all.length % 10).toBe(0);
    expect(all.map((point) => plainCode(String.fromCodePoint(point)))).toEqual(all.map((_, i) => String(i % 10)));
  });
});

describe('bounds', () => {
  test('64 characters in, 18 times as many at most out', () => {
    expect(plainCode('\uFDFA'.repeat(64))?.length).toBeLessThanOrEqual(64 * 18);
    expect(plainCode('\uFDFA'.repeat(65))).toBeNull();
    expect(plainCode('1'.repeat(1_000_000))).toBeNull();
  });

  propertyTest.prop([fc.string({ unit: 'binary', maxLength: 64 })])(
    'any text gives a text, the same each time',
    (text) => {
      const plain = plainCode(text);
      if (text.length <= 64) expect(plain).toBe(plainCode(text));
      else expect(plain).toBeNull();
    },
  );

  propertyTest.prop([
    fc.stringMatching(/^[0-9]{6,8}$/),
    fc.infiniteStream(fc.constantFrom('', ' ', '-', '\u00A0', '\u200B', '\u2013', '\n', '\u00AD', '\uFEFF')),
  ])('a code passes whatever is dropped around each of its digits', (code, dropped) => {
    const next = (): string => dropped.next().value ?? '';
    const pasted = code
      .split('')
      .map((digit) => next() + digit + next())
      .join('');
    expect(plainCode(pasted)).toBe(code);
  });
});
