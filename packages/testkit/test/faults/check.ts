/** Faults of `check`. */
import { version } from '../../src/samples.ts';
import { type BrokenStore, force } from '../broken-store.ts';

const CASE = 'check: a store that is sound passes, whether it is empty or not, and nothing changes';

export const checkFaults: readonly BrokenStore[] = [
  {
    name: 'fails its own check, though it is sound',
    breaks: () => ({ check: () => Promise.reject(new Error('the table is missing')) }),
    fails: [CASE],
  },
  {
    name: 'writes in its own check',
    breaks: (sound) => ({
      async check() {
        await force(sound, { userId: 'check', expected: null, next: version(1), events: [] });
      },
    }),
    fails: [CASE],
  },
];
