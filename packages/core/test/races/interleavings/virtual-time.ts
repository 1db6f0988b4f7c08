/** Virtual time: one queue of everything that will happen. Ten seconds of waiting cost none. */
import { vi } from 'vitest';

/** A clock with a queue. */
export interface VirtualTime {
  /** Milliseconds since the run began. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Lets things happen, one at a time, until this holds or nothing is left. */
  until(done: () => boolean): Promise<void>;
  /** Lets everything happen that is due in this time, and moves the clock on by it. */
  advance(ms: number): Promise<void>;
  /** How many things will still happen. */
  left(): number;
}

interface Entry {
  readonly at: number;
  readonly happen: () => void;
}

/** Everything that needs no time has happened when an immediate runs. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Runs `work` in a time of its own: every timer that it sets is in the queue, and nothing ages meanwhile. */
export async function inVirtualTime<T>(work: (time: VirtualTime) => Promise<T>): Promise<T> {
  /** Soonest first, and in the order of their making if they are due at once. */
  const queue: Entry[] = [];
  let now = 0;

  function add(ms: number, happen: () => void): Entry {
    const entry = { at: now + Math.ceil(Math.max(ms, 0)), happen };
    const later = queue.findIndex(({ at }) => at > entry.at);
    queue.splice(later === -1 ? queue.length : later, 0, entry);
    return entry;
  }
  async function runWhile(goesOn: (next: Entry) => boolean): Promise<void> {
    for (;;) {
      await settle();
      const [next] = queue;
      if (next === undefined || !goesOn(next)) return;
      queue.shift();
      now = next.at;
      next.happen();
    }
  }

  vi.stubGlobal('setTimeout', (happen: () => void, ms = 0) => add(ms, happen));
  vi.stubGlobal('performance', { now: () => now });
  vi.stubGlobal('clearTimeout', (entry: Entry | undefined) => {
    const place = entry === undefined ? -1 : queue.indexOf(entry);
    if (place !== -1) queue.splice(place, 1);
  });
  try {
    return await work({
      now: () => now,
      sleep: (ms) => new Promise((resolve) => void add(ms, resolve)),
      until: (done) => runWhile(() => !done()),
      async advance(ms) {
        const end = now + ms;
        await runWhile(({ at }) => at <= end);
        now = end;
      },
      left: () => queue.length,
    });
  } finally {
    vi.unstubAllGlobals();
  }
}
