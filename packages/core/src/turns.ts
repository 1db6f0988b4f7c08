/** Turns: one call at a time per user and lane within this process, and a bound on how many wait. */
import { MfaError } from './errors.ts';

/**
 * Calls of different lanes do not wait for each other: however many guesses at an account wait, its support staff and the
 * count of its wrong passwords have places of their own. So have calls that settle what was charged before: they are as many
 * as were charged, and are never refused.
 */
export type Lane = 'user' | 'settle' | 'password' | 'support';

/** Calls of one user and lane that may wait, beside the one that runs. */
const MAX_WAITING = 32;

/** Runs work when its turn comes. Throws `busy` at once if too many wait already. */
export type Turns = <T>(userId: string, lane: Lane, work: () => Promise<T>) => Promise<T>;

interface Queue {
  last: Promise<unknown>;
  length: number;
}

/**
 * Correctness rests on the swap alone; taking turns keeps a burst of guesses on one account from reading and deciding
 * again each time one of them wins.
 */
export function createTurns(): Turns {
  const queues = new Map<string, Queue>();
  return async (userId, lane, work) => {
    const key = `${lane} ${userId}`;
    const queue = queues.get(key) ?? { last: Promise.resolve(), length: 0 };
    if (queue.length > MAX_WAITING && lane !== 'settle') throw new MfaError('busy');
    queues.set(key, queue);
    queue.length += 1;
    const turn = queue.last.then(work);
    queue.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      queue.length -= 1;
      if (queue.length === 0) queues.delete(key);
    }
  };
}
