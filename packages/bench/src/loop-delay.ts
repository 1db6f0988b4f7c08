/** loopDelay: how long the event loop was held while something ran, as a request at a random moment would see it. */
import { createHistogram } from 'node:perf_hooks';

/** The observed delays. */
export interface LoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** A watch that is running. */
export interface LoopWatch {
  /** Does not count what has just held the loop, because that is part of the measuring. */
  forgive(): void;
  stop(): LoopDelay;
}

/** The shortest timer of Node. */
const TICK_US = 1000;

/**
 * Watches the loop with a timer. A delay of 100 ms counts as the hundred ticks that it swallowed, each of which waits a
 * millisecond less than the one before. Otherwise a long delay would look like one late tick among a few good ones. The
 * memory use does not depend on how long it runs.
 */
export function watchLoop(): LoopWatch {
  const delays = createHistogram();
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    // The histogram begins at 1.
    for (let late = (now - last) * 1000 - TICK_US; late > 0; late -= TICK_US) delays.record(Math.ceil(late));
    last = now;
  }, TICK_US / 1000);
  return {
    forgive() {
      last = performance.now();
    },
    stop() {
      clearInterval(timer);
      return { p99Ms: delays.percentile(99) / 1000, maxMs: delays.max / 1000 };
    },
  };
}

/** The delays while `work` ran, including its beginning and end. */
export async function loopDelay(work: () => Promise<unknown>): Promise<LoopDelay> {
  const watch = watchLoop();
  await new Promise((resolve) => setTimeout(resolve, 2));
  await work();
  await new Promise((resolve) => setTimeout(resolve, 2));
  return watch.stop();
}
