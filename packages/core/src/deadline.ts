/** within: waits for an answer no longer than it may take. */

/** The parts that a wait is measured in. */
const PARTS = 10;

/**
 * Waits for an answer. What this process itself stands still costs the answer one part of its time, however long that is:
 * after a pause, timers that are due go before whatever has arrived meanwhile, and would refuse it.
 * @param ms - how long the answer may take, in milliseconds
 * @param late - makes what is thrown if it takes longer
 */
export async function within<T>(ms: number, answer: Promise<T>, late: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<never>((_resolve, reject) => {
    const wait = (parts: number): void => {
      timer = setTimeout(() => (parts > 1 ? wait(parts - 1) : reject(late())), ms / PARTS);
    };
    wait(PARTS);
  });
  try {
    return await Promise.race([answer, passed]);
  } finally {
    clearTimeout(timer);
  }
}
