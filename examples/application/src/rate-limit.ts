/** Rate limit: how many attempts one network may make in a while, whatever the accounts. Kept in memory, by one process. */
import { networkOf } from './network.ts';

/** Counts attempts as they come in: many at once find no more places than many in a row. */
export interface RateLimit {
  /**
   * Takes a place. Call it before the slow work.
   * @returns gives the place back, for an attempt that turned out well; `null` if there is no place left
   */
  enter(ip: string): (() => void) | null;
}

/** How much is allowed. */
export interface RateLimitOptions {
  readonly attempts: number;
  readonly windowSeconds: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

interface Count {
  readonly since: number;
  attempts: number;
}

/** Makes a limit. */
export function rateLimit({ attempts, windowSeconds, clock }: RateLimitOptions): RateLimit {
  /** Oldest first: a count is added once and never moved. */
  const counts = new Map<string, Count>();
  const dropOld = (now: number): void => {
    for (const [network, { since }] of counts) {
      if (now - since <= windowSeconds * 1000) return;
      counts.delete(network);
    }
  };
  return {
    enter(ip) {
      const now = clock();
      dropOld(now);
      const network = networkOf(ip);
      const count = counts.get(network) ?? { since: now, attempts: 0 };
      if (count.attempts >= attempts) return null;
      count.attempts += 1;
      counts.set(network, count);
      return () => {
        count.attempts -= 1;
      };
    },
  };
}
