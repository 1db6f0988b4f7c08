import { expect, test } from 'vitest';
import { needsTwoCodes, NO_GUESSES, oneMoreGuess } from './guesses.ts';

const POLICY = { slowLimit: 30, slowDays: 30 };
const START = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

test('the bucket holds thirty guesses, and leaks one a day', () => {
  let guesses = NO_GUESSES;
  for (let n = 0; n < 30; n++) {
    expect(needsTwoCodes(guesses, POLICY, START)).toBe(false);
    guesses = oneMoreGuess(guesses, POLICY, START);
  }
  expect(guesses).toEqual({ level: 30, at: START });
  expect([0, 1, DAY_MS - 1, DAY_MS].map((ms) => needsTwoCodes(guesses, POLICY, START + ms))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(oneMoreGuess(guesses, POLICY, START + 31 * DAY_MS)).toEqual({ level: 1, at: START + 31 * DAY_MS });
});

test('a full bucket takes no more: it drains in a day, whatever came on top', () => {
  let guesses = NO_GUESSES;
  for (let n = 0; n < 500; n++) guesses = oneMoreGuess(guesses, POLICY, START);
  expect(needsTwoCodes(guesses, POLICY, START + DAY_MS)).toBe(false);
});

test('a clock that is set back drains nothing, now or later', () => {
  const full = { level: 30, at: START };
  expect(needsTwoCodes(full, POLICY, START - 365 * DAY_MS)).toBe(true);
  expect(oneMoreGuess(full, POLICY, START - 365 * DAY_MS)).toEqual(full);
});
