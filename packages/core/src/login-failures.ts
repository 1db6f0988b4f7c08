/** Login failures: wrong passwords of one account that wait are counted together, in one swap. */
import { failLogins } from './attempts/attempt.ts';
import type { Committed, Decide } from './decide.ts';
import type { RequestContext } from './events.ts';
import { lockedError } from './policies/lockout.ts';

/** Waiting calls that one swap counts. More than any lock needs: the rest find the account locked. */
const MAX_BATCH = 100;

/** Counts one wrong password. Throws `locked` if the account was locked before its turn. */
export type CountLoginFailure = (userId: string, request: RequestContext) => Promise<void>;

/** Makes the counter: a flood of wrong passwords is neither refused as `busy` nor written one by one. */
export function createLoginFailures(decide: Decide): CountLoginFailure {
  interface Batch {
    readonly requests: RequestContext[];
    readonly counted: Promise<Committed<number>>;
  }
  /** The batch that still takes calls, by user. */
  const open = new Map<string, Batch>();

  function start(userId: string): Batch {
    const requests: RequestContext[] = [];
    const counted = decide(
      userId,
      (record, context) => {
        open.delete(userId); // from here on it takes no more
        return failLogins(requests)(record, context);
      },
      {},
      'password',
    );
    const batch = { requests, counted };
    open.set(userId, batch);
    counted.catch(() => open.get(userId) === batch && open.delete(userId));
    return batch;
  }

  return async (userId, request) => {
    const batch = open.get(userId) ?? start(userId);
    const place = batch.requests.length;
    if (place < MAX_BATCH) batch.requests.push(request);
    const { result, record } = await batch.counted;
    if (place >= result) throw lockedError(record.lockout);
  };
}
