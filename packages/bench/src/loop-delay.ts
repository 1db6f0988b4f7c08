/** loopDelay: how long the event loop was held while something ran, as a request arriving at any moment would meet it. */
import { createHistogram } from 'node:perf_hooks';

/** What was seen. */
export interface LoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** A watch that is running. */
export interface LoopWatch {
  /** What has just held the loop is not counted: it belongs to the measuring. */
  forgive(): void;
  stop(): LoopDelay;
}

/** The shortest timer that Node has. */
const TICK_US = 1000;

/**
 * Watches the loop by a timer. A delay of 100 ms counts as the hundred ticks that it swallowed, each waiting a
 * millisecond less: else a loop held for long would be seen as one late tick among a few good ones. Takes the same
 * memory however long it runs.
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

/** The delays while `work` ran, beginning and end included. */
export async function loopDelay(work: () => Promise<unknown>): Promise<LoopDelay> {
  const watch = watchLoop();
  await new Promise((resolve) => setTimeout(resolve, 2));
  await work();
  await new Promise((resolve) => setTimeout(resolve, 2));
  return watch.stop();
}
