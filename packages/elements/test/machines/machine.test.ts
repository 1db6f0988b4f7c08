/** What all machines have in common. */
import { afterEach, expect, test, vi } from 'vitest';
import { cell } from '../../src/machines/machine.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a listener that throws harms neither what sets the state nor the other listeners, and its error is heard of', () => {
  const thrown: (() => void)[] = [];
  vi.stubGlobal('queueMicrotask', (work: () => void) => thrown.push(work));
  const { get, set, subscribe } = cell(0);
  const seen: number[] = [];
  subscribe((state) => {
    if (state === 1) throw new Error('cannot draw');
  });
  subscribe((state) => seen.push(state));
  set(1);
  expect([get(), seen]).toEqual([1, [0, 1]]);
  expect(thrown).toHaveLength(1);
  expect(thrown[0]).toThrow('cannot draw');
});
