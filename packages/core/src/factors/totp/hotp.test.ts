import { describe, expect, test, vi } from 'vitest';
import { hmacCount } from '../../../test/hmac-count.ts';
import { BYTE_19_VALUES, HOTP_KEY, HOTP_VALUES, TOTP_KEYS, TOTP_VALUES, TWINS } from '../../../test/vectors.ts';
import { hotp, matchTotp, timeStep } from './hotp.ts';
import type { TotpParameters } from './stored.ts';

vi.mock(import('@noble/hashes/hmac.js'), async (original) =>
  (await import('../../../test/hmac-count.ts')).countHmac(await original()),
);

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const SIX: TotpParameters = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 };
const EIGHT: TotpParameters = { ...SIX, digits: 8 };
/** The code of a step, zeros included. */
const codeAt = (step: number): string => String(hotp(ascii(HOTP_KEY), 'SHA1', 6)(step)).padStart(6, '0');
const match = (code: string, step: number, windowSteps = 1): number | null =>
  matchTotp(ascii(HOTP_KEY), [code], SIX, step * 30_000, windowSteps);

test.each(HOTP_VALUES)('R-01, R-03, R-05 HOTP of counter %d is %s', (counter, code) => {
  expect(String(hotp(ascii(HOTP_KEY), 'SHA1', 6)(counter)).padStart(6, '0')).toBe(code);
  expect(match(code, counter, 0)).toBe(counter);
});

test('R-03 a counter beyond 32 bits is not truncated', () => {
  const [zero, one] = [codeAt(0), codeAt(1)];
  expect(codeAt(2 ** 32)).not.toBe(zero);
  expect(codeAt(2 ** 32 + 1)).not.toBe(one);
});

for (const algorithm of ['SHA1', 'SHA256', 'SHA512'] as const) {
  test.each(TOTP_VALUES)(`R-02, R-05 TOTP with ${algorithm} at $seconds s`, (row) => {
    const key = ascii(TOTP_KEYS[algorithm]);
    const matched = matchTotp(key, [row[algorithm]], { ...EIGHT, algorithm }, row.seconds * 1000, 0);
    expect(matched).toBe(Math.floor(row.seconds / 30));
  });
}

test('R-04 the truncation offset is in the last byte of the digest, not in byte 19', () => {
  for (const algorithm of ['SHA256', 'SHA512'] as const) {
    const key = ascii(TOTP_KEYS[algorithm]);
    expect(matchTotp(key, [BYTE_19_VALUES[algorithm]], { ...EIGHT, algorithm }, 59_000, 0)).toBeNull();
  }
});

test('R-09 a step begins at its first millisecond and ends before the next one', () => {
  expect([0, 29_999, 30_000, 59_999, 60_000].map((ms) => timeStep(ms, 30))).toEqual([0, 0, 1, 1, 2]);
  expect([1_111_111_109_000, 1_111_111_110_000].map((ms) => timeStep(ms, 30))).toEqual([37_037_036, 37_037_037]);
  expect([59_999, 60_000].map((ms) => timeStep(ms, 60))).toEqual([0, 1]);
});

test.each([
  { windowSteps: 0, accepted: [0] },
  { windowSteps: 1, accepted: [-1, 0, 1] },
  { windowSteps: 2, accepted: [-2, -1, 0, 1, 2] },
])('R-10 a window of $windowSteps accepts the steps $accepted', ({ windowSteps, accepted }) => {
  const now = 50_000_000;
  const offsets = [-3, -2, -1, 0, 1, 2, 3];
  expect(offsets.filter((offset) => match(codeAt(now + offset), now, windowSteps) !== null)).toEqual(accepted);
  for (const offset of accepted) expect(match(codeAt(now + offset), now, windowSteps)).toBe(now + offset);
});

test('R-13 a match at any step and no match cost the same HMACs', () => {
  const now = 50_000_000;
  const cost = (code: string): number => {
    const before = hmacCount();
    match(code, now);
    return hmacCount() - before;
  };
  const codes = [-1, 0, 1].map((offset) => codeAt(now + offset));
  expect(codes.map(cost)).toEqual([3, 3, 3]);
  expect(cost(codeAt(now + 9))).toBe(3);
});

test('R-29 of neighbouring steps that share a code the higher is consumed', () => {
  const { lower, higher, code } = TWINS;
  expect([codeAt(lower), codeAt(higher)]).toEqual([code, code]);
  expect(match(code, lower)).toBe(higher);
  expect(match(code, higher)).toBe(higher);
  expect(match(code, lower - 1)).toBe(lower); // only the lower one is within reach
});

describe('two consecutive codes', () => {
  const now = 50_000_000;
  const pair = (first: string, second: string, windowSteps = 1): number | null =>
    matchTotp(ascii(HOTP_KEY), [first, second], SIX, now * 30_000, windowSteps);

  test.each([
    { windowSteps: 0, accepted: [0] },
    { windowSteps: 1, accepted: [-1, 0, 1] },
    { windowSteps: 2, accepted: [-2, -1, 0, 1, 2] },
  ])('match if the second is within a window of $windowSteps', ({ windowSteps, accepted }) => {
    for (const offset of [-3, -2, -1, 0, 1, 2, 3]) {
      const step = now + offset;
      const matched = pair(codeAt(step - 1), codeAt(step), windowSteps);
      expect(matched).toBe(accepted.includes(offset) ? step : null);
    }
  });

  test('do not match if one of them is wrong, if they are swapped, the same, or two steps apart', () => {
    const [before, current, next] = [-1, 0, 1].map((offset) => codeAt(now + offset)) as [string, string, string];
    const far = codeAt(now + 9);
    for (const [first, second] of [
      [far, current],
      [before, far],
      [current, before],
      [current, current],
      [before, next],
    ] as const) {
      expect(pair(first, second)).toBeNull();
    }
  });

  const cost = (first: string, second: string): number => {
    const before = hmacCount();
    pair(first, second);
    return hmacCount() - before;
  };
  test('cost the same HMACs, whichever of them is right', () => {
    const [before, current, far] = [-1, 0, 9].map((offset) => codeAt(now + offset)) as [string, string, string];
    expect([cost(before, current), cost(before, far), cost(far, current), cost(far, far)]).toEqual([4, 4, 4, 4]);
  });
});
