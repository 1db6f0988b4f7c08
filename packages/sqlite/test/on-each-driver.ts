/** Runs the same tests on every driver; where one cannot run, the skip gives the reason. */
import { describe, test } from 'vitest';
import { drivers, type Open } from './drivers.ts';

/** @param what - e.g. `faults`; the name of the driver is added */
export function onEachDriver(what: string, declareTests: (driver: string, open: Open) => void): void {
  for (const { name, open, skipped } of drivers) {
    describe(`${what} on ${name}`, () => {
      if (open === undefined) declareSkip(skipped);
      else declareTests(name, open);
    });
  }
}

function declareSkip(reason: string): void {
  // oxlint-disable-next-line vitest/expect-expect
  test(`runs here (skipped: ${reason})`, ({ skip }) => skip(reason));
}
