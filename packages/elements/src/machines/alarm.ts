/** Alarm: does something at an instant, by the clock that its machine goes by. */

/** One alarm: setting it anew forgets the instant before. */
export interface Alarm {
  /** @param at - epoch milliseconds */
  set(at: number, ring: () => void): void;
}

/** A computer that slept, or whose clock was set, is noticed after so long. */
const LOOK_AGAIN_MS = 30_000;

/** @param signal - clears it */
export function alarm(now: () => number, signal: AbortSignal): Alarm {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const set = (at: number, ring: () => void): void => {
    clearTimeout(timer);
    if (signal.aborted) return;
    const wait = Math.min(Math.max(at - now(), 0), LOOK_AGAIN_MS);
    timer = setTimeout(() => (now() < at ? set(at, ring) : ring()), wait);
  };
  signal.addEventListener('abort', () => clearTimeout(timer));
  return { set };
}
