/** quietly: tells someone outside who must not change the outcome. */

/**
 * Calls a function of the host whose failures are its own: what it throws, or its promise rejects with, is dropped.
 * @returns what it returned; `undefined` if it threw
 */
export function quietly(tell: () => unknown): unknown {
  try {
    const answer = tell();
    if (typeof answer === 'object' && answer !== null) Promise.resolve(answer).catch(() => undefined);
    return answer;
  } catch {
    return undefined;
  }
}
