/** testClock: a clock that stands still until a test moves it. */

/** A span of time: the sum of its parts. Each part is 0 or more. */
export interface Duration {
  /** Default 0. */
  readonly hours?: number;
  /** Default 0. */
  readonly minutes?: number;
  /** Default 0. */
  readonly seconds?: number;
  /** Default 0. */
  readonly milliseconds?: number;
}

/** A `Clock` of core that a test controls. */
export interface TestClock {
  /** Now, in epoch milliseconds. */
  (): number;
  /**
   * Moves the clock forward.
   * @throws {RangeError} if a part is negative or not finite
   */
  advance(by: Duration): void;
  /**
   * Moves the clock to an instant, backward or forward.
   * @param instant - a date or epoch milliseconds
   * @throws {RangeError} if it is not a valid instant
   */
  set(instant: Date | number): void;
}

/** 1 January 2026, 00:00 UTC, for tests that need no particular time. */
const DEFAULT_START = Date.UTC(2026, 0, 1);

/**
 * Makes a clock for `createMfa({ clock })` that stands still until you move it.
 * @param start - a date or epoch milliseconds; 1 January 2026, 00:00 UTC by default
 * @throws {RangeError} if `start` is not a valid instant
 * @example
 * ```ts
 * import { testClock } from '@mfakit/testkit';
 *
 * const clock = testClock();
 * clock.advance({ minutes: 30, seconds: 1 });
 * ```
 */
export function testClock(start: Date | number = DEFAULT_START): TestClock {
  let now = validInstant(start);
  return Object.assign((): number => now, {
    advance({ hours = 0, minutes = 0, seconds = 0, milliseconds = 0 }: Duration): void {
      for (const part of [hours, minutes, seconds, milliseconds]) {
        if (!(part >= 0)) throw new RangeError('A test clock advances by 0 or more.');
      }
      now = validInstant(now + ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds);
    },
    set(instant: Date | number): void {
      now = validInstant(instant);
    },
  });
}

function validInstant(instant: Date | number): number {
  // A Date holds whole milliseconds up to ±8.64e15 and turns everything else into NaN.
  const milliseconds = new Date(instant).getTime();
  if (Number.isNaN(milliseconds)) throw new RangeError('A test clock needs a valid instant.');
  return milliseconds;
}
