/** Login failures: wrong passwords of one account that wait are counted together, in one swap. */
import type { Committed, Decide } from './decide.ts';
import { lockedError } from './policies/lockout.ts';
import { failLogins, type FailedLogin } from './transitions/failed-logins.ts';

/**
 * Waiting calls without a device that one swap counts. More than any lock needs: the rest find the account locked. A device
 * may fail while the account is locked, so none of its calls is left out, or they would be guesses that nobody counts.
 */
const MAX_BATCH = 100;

/** Counts one wrong password. Throws `locked` if the account was locked before its turn. */
export type CountLoginFailure = (userId: string, login: FailedLogin) => Promise<void>;

/** Makes the counter: a flood of wrong passwords is neither refused as `busy` nor written one by one. */
export function createLoginFailures(decide: Decide): CountLoginFailure {
  interface Batch {
    readonly logins: FailedLogin[];
    /** How many of them came without a device. */
    plain: number;
    readonly counted: Promise<Committed<ReadonlySet<number>>>;
  }
  /** The batch that still takes calls, by user. */
  const open = new Map<string, Batch>();

  function start(userId: string): Batch {
    const logins: FailedLogin[] = [];
    const counted = decide(
      userId,
      (record, context) => {
        open.delete(userId); // from here on it takes no more
        return failLogins(logins)(record, context);
      },
      {},
      'password',
    );
    const batch = { logins, plain: 0, counted };
    open.set(userId, batch);
    counted.catch(() => open.get(userId) === batch && open.delete(userId));
    return batch;
  }

  /** @returns the place in the batch; `null` if a full one has none */
  function join(batch: Batch, login: FailedLogin): number | null {
    if (login.entries.length === 0 && ++batch.plain > MAX_BATCH) return null;
    return batch.logins.push(login) - 1;
  }

  return async (userId, login) => {
    const batch = open.get(userId) ?? start(userId);
    const place = join(batch, login);
    const { result, record } = await batch.counted;
    if (place === null || !result.has(place)) throw lockedError(record.lockout);
  };
}
