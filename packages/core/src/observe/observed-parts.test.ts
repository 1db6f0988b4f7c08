import { expect, test } from 'vitest';
import type { Mfa } from '../api.ts';
import type { CheckedStore } from '../checked-store.ts';
import { createHashQueue } from '../crypto/hash-queue.ts';
import { observedCalls, observedQueue, observedStore } from './observed-parts.ts';
import { watched } from './watched.ts';

test('without an observer, or one for it, every part is the very same: not set, it costs nothing', () => {
  const queue = createHashQueue(async () => new Uint8Array());
  const [mfa, store] = [{} as Mfa, {} as CheckedStore];
  for (const observer of [undefined, {}]) {
    expect(observedCalls(mfa, observer)).toBe(mfa);
    expect(observedStore(store, observer)).toBe(store);
    expect(observedQueue(queue, observer)).toBe(queue);
  }
});

test('who does not ask for the end gets the promise of the work itself', () => {
  const work = Promise.resolve(1);
  const outcomes = { of: () => 'ok', thrown: () => 'fault' };
  expect(
    watched(
      () => undefined,
      () => work,
      outcomes,
    ),
  ).toBe(work);
});
