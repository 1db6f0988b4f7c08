/** Recorder: an observer that keeps all that it is told. */
import type { Observer } from '@mfakit/core';

/** One thing that was told, as `call verify invalid_code`. */
export interface Recorder {
  readonly observe: Observer;
  readonly told: string[];
  /** The times that came with them, in milliseconds. */
  readonly times: number[];
}

/** Makes one. */
export function recorder(): Recorder {
  const told: string[] = [];
  const times: number[] = [];
  const note =
    (what: string) =>
    (subject: string | number) =>
    (outcome: string, ms: number): void => {
      told.push(`${what} ${subject} ${outcome}`);
      times.push(ms);
    };
  return { observe: { call: note('call'), store: note('store'), hash: note('hash') }, told, times };
}
