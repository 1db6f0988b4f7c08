/** Login limit: how many failures one address may cause, whatever the accounts. Kept in memory, by one process. */

const MAX_FAILURES = 50;
const WINDOW_MS = 15 * 60_000;

/** Counts the failures of addresses. */
export interface LoginLimit {
  reached(ip: string): boolean;
  failed(ip: string): void;
}

interface Count {
  readonly since: number;
  failures: number;
}

/** @param clock - epoch milliseconds */
export function loginLimit(clock: () => number): LoginLimit {
  const counts = new Map<string, Count>();
  const dropOld = (): void => {
    for (const [ip, { since }] of counts) if (clock() - since > WINDOW_MS) counts.delete(ip);
  };
  return {
    reached(ip) {
      dropOld();
      return (counts.get(ip)?.failures ?? 0) >= MAX_FAILURES;
    },
    failed(ip) {
      const count = counts.get(ip) ?? { since: clock(), failures: 0 };
      count.failures += 1;
      counts.set(ip, count);
    },
  };
}
