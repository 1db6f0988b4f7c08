/** Faults of `pruneEvents`. */
import type { MfaStore } from '@mfakit/core';
import type { BrokenStore } from '../broken-store.ts';

const fault = (
  name: string,
  prune: (sound: Required<Pick<MfaStore, 'pruneEvents'>> & MfaStore, before: Date) => Promise<number>,
): BrokenStore => ({
  name,
  breaks: (sound) => ({
    pruneEvents: ({ before }) =>
      prune({ ...sound, pruneEvents: async (page) => (await sound.pruneEvents?.(page)) ?? 0 }, before),
  }),
  fails: ['pruneEvents: removes the events from before an instant, of every user, and nothing else'],
});

export const retentionFaults: readonly BrokenStore[] = [
  fault('prunes the event of the instant itself', (sound, before) =>
    sound.pruneEvents({ before: new Date(before.getTime() + 1) }),
  ),
  fault('prunes nothing', async (_sound, before) => {
    if (Number.isNaN(before.getTime())) throw new RangeError('before must be a valid date');
    return 0;
  }),
  fault('prunes by seconds', (sound, before) =>
    sound.pruneEvents({ before: new Date(Math.floor(before.getTime() / 1000) * 1000) }),
  ),
  fault('does not say how many it has pruned', async (sound, before) => {
    await sound.pruneEvents({ before });
    return undefined as unknown as number;
  }),
  fault('prunes everything if the date is none', (sound, before) =>
    sound.pruneEvents({ before: Number.isNaN(before.getTime()) ? new Date(8.64e15) : before }),
  ),
];
