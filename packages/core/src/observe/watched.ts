/** watched: does a piece of work before the eyes of an observer, and keeps it from being touched. */
import type { Observed } from './observer.ts';
import { quietly } from './quietly.ts';

/** How work ended, as the observer is told. */
export interface Outcomes<T, Outcome> {
  readonly of: (answer: T) => Outcome;
  readonly thrown: (error: unknown) => Outcome;
}

/**
 * Begins the work at once, by the observer's hand or without it, and only once.
 * @param work - rejects, but does not throw
 */
export function watched<T, Outcome>(
  observe: (begin: () => void) => Observed<Outcome>,
  work: () => Promise<T>,
  outcomes: Outcomes<T, Outcome>,
): Promise<T> {
  let answer: Promise<T> | undefined;
  const start = performance.now();
  const told = quietly(() =>
    observe(() => {
      answer ??= work();
    }),
  );
  answer ??= work();
  if (typeof told !== 'function') return answer;
  const end = (outcome: Outcome): unknown => quietly(() => told(outcome, performance.now() - start) as unknown);
  // A promise of its own: a refusal that nobody handles must stay one.
  return answer.then(
    (result) => {
      end(outcomes.of(result));
      return result;
    },
    (error: unknown) => {
      end(outcomes.thrown(error));
      throw error;
    },
  );
}
