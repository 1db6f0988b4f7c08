import { expect, test } from 'vitest';
import { testClock } from './test-clock.ts';

test('stands still at its start', () => {
  expect(testClock()()).toBe(Date.UTC(2026, 0, 1));
  expect(testClock(59_000)()).toBe(59_000);
  expect(testClock(new Date(59_000))()).toBe(59_000);
});

test('advances by the sum of all parts', () => {
  const clock = testClock(0);
  clock.advance({ hours: 1, minutes: 2, seconds: 3, milliseconds: 4 });
  expect(clock()).toBe(3_723_004);
  clock.advance({ seconds: 30 });
  expect(clock()).toBe(3_753_004);
  clock.advance({});
  expect(clock()).toBe(3_753_004);
});

test('is set back and forth', () => {
  const clock = testClock(1000);
  clock.set(new Date(5000));
  expect(clock()).toBe(5000);
  clock.set(-1);
  expect(clock()).toBe(-1);
});

test('refuses what is no instant and no duration, and stays where it was', () => {
  const clock = testClock(1000);
  expect(() => testClock(Number.NaN)).toThrow(RangeError);
  expect(() => testClock(new Date('tomorrow'))).toThrow(RangeError);
  expect(() => clock.set(Infinity)).toThrow(RangeError);
  for (const seconds of [-1, Number.NaN, Infinity]) expect(() => clock.advance({ seconds })).toThrow(RangeError);
  expect(clock()).toBe(1000);
});

test('two clocks do not share their time', () => {
  const [one, other] = [testClock(0), testClock(0)];
  one.advance({ hours: 1 });
  expect(other()).toBe(0);
});
