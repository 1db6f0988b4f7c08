/** withinTime: an end to every wait for the database. */

const MAX_TIMEOUT_MS = 600_000;

/**
 * Makes a guard that rejects where the work does not settle in time. The work itself cannot be called back: a commit
 * may still land, and its compare-and-swap decides whether it counts.
 *
 * @param timeoutMs - 1 to 600,000
 * @throws {TypeError | RangeError} where the limit is none
 */
export function withinTime(timeoutMs: number): <T>(work: () => Promise<T>) => Promise<T> {
  if (typeof timeoutMs !== 'number') throw new TypeError('timeoutMs must be a number.');
  if (!(timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw new RangeError(`timeoutMs must be 1 to ${MAX_TIMEOUT_MS}.`);
  }
  return async (work) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`PostgreSQL did not answer within ${timeoutMs} ms.`)), timeoutMs);
    });
    try {
      return await Promise.race([work(), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
