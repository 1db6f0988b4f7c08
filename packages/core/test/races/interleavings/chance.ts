/** Chance: everything random in a run, drawn from one seed. Deliberately not secure: a seed repeats the same run. */
import type { RandomSource } from '@mfakit/core';

/** A stream of choices. */
export interface Chance {
  /** 0 to `limit` - 1. */
  below(limit: number): number;
  /** Whether something happens that happens in so many cases of a hundred. */
  percent(cases: number): boolean;
  pick<T>(list: readonly T[]): T;
  readonly bytes: RandomSource;
  /** A stream of its own: what is drawn from it changes nothing here. */
  fork(): Chance;
}

/** Makes a stream (mulberry32). */
export function chance(seed: number): Chance {
  let state = seed | 0;
  function word(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
  const below = (limit: number): number => Math.floor((word() / 2 ** 32) * limit);
  return {
    below,
    percent: (cases) => below(100) < cases,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new Error('the list is empty');
      return list[below(list.length)] as T;
    },
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
    fork: () => chance(word()),
  };
}
