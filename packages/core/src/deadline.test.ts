import { expect, test, vi } from 'vitest';
import { within } from './deadline.ts';

const late = (): Error => new Error('late');

/** Lets nothing else run. */
function standStill(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('an answer that was there before a pause of the process counts', async () => {
  await new Promise((resolve) => setImmediate(resolve)); // so that timers come next, and then the answer
  const answer = within(40, new Promise((resolve) => setImmediate(() => resolve('there'))), late);
  standStill(100);
  expect(await answer).toBe('there');
});

test('without an answer it is over when the time has passed, and no timer is left', async () => {
  vi.useFakeTimers();
  try {
    let outcome = 'waits';
    void within(10_000, new Promise(() => undefined), late).catch((error: Error) => (outcome = error.message));
    await vi.advanceTimersByTimeAsync(9_999);
    expect(outcome).toBe('waits');
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome).toBe('late');
    await expect(within(10_000, Promise.reject(new Error('own')), late)).rejects.toThrow('own');
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
