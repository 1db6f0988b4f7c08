/** Coverage: the smallest stretch around a place says whether it ran. */
import { expect, test } from 'vitest';
import { ran } from '../src/warm/coverage.ts';

test('a place ran if the smallest stretch around it did', () => {
  const coverage = {
    'a.ts': [
      [0, 100, 1],
      [20, 60, 0],
      [30, 40, 2],
    ],
  } as const;
  expect([0, 19, 20, 30, 39, 40, 60, 99].map((at) => ran(coverage, 'a.ts', at))).toEqual([
    true,
    true,
    false,
    true,
    true,
    false,
    true,
    true,
  ]);
  expect([ran(coverage, 'a.ts', 100), ran(coverage, 'b.ts', 0)]).toEqual([false, false]);
});
