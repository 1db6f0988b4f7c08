/** Observed parts: the calls, the store and the hash queue as an observer sees them; without one they are what they were. */
import type { Mfa } from '../api.ts';
import type { CheckedStore } from '../checked-store.ts';
import type { HashQueue } from '../crypto/hash-queue.ts';
import { MfaError } from '../errors.ts';
import type { CallOutcome, HashOutcome, ObservedCall, Observer, StoreOperation, StoreOutcome } from './observer.ts';
import { watched, type Outcomes } from './watched.ts';

const CALL: Outcomes<unknown, CallOutcome> = {
  of: () => 'ok',
  thrown: (error) => (error instanceof MfaError ? error.code : 'fault'),
};

const STORE: Outcomes<unknown, StoreOutcome> = {
  of: (answer) => (answer === false ? 'lost' : 'ok'),
  thrown: () => 'fault',
};

const HASH: Outcomes<unknown, HashOutcome> = {
  of: () => 'ok',
  thrown: (error) => (error instanceof MfaError && error.code === 'hasher_unavailable' ? error.code : 'busy'),
};

/** Every call but `clock`, which is no work. */
export function observedCalls(mfa: Mfa, observer: Observer | undefined): Mfa {
  if (observer?.call === undefined) return mfa;
  const see = <T>(name: ObservedCall, work: () => Promise<T>): Promise<T> =>
    watched((begin) => observer.call?.(name, begin), work, CALL);
  return {
    ...each<Omit<Mfa, 'clock' | 'rekey'>>(mfa, see),
    clock: () => mfa.clock(),
    rekey: (options) => eachPage(mfa.rekey(options), (page) => see('rekey', page)),
  };
}

/** Every question, with the check of its answer. */
export function observedStore(store: CheckedStore, observer: Observer | undefined): CheckedStore {
  if (observer?.store === undefined) return store;
  return each(store, <T>(operation: StoreOperation, work: () => Promise<T>) =>
    watched((begin) => observer.store?.(operation, begin), work, STORE),
  );
}

/** Every job or set of jobs, from when it is given to the queue. */
export function observedQueue(queue: HashQueue, observer: Observer | undefined): HashQueue {
  if (observer?.hash === undefined) return queue;
  return {
    reserve(userId, places) {
      const lease = queue.reserve(userId, places);
      return {
        hash: (jobs) =>
          watched(
            (begin) => observer.hash?.(jobs.length, begin),
            () => lease.hash(jobs),
            HASH,
          ),
        fit: (jobs) => lease.fit(jobs),
        release: () => lease.release(),
      };
    },
  };
}

type See<Name> = <T>(name: Name, work: () => Promise<T>) => Promise<T>;

/** The same methods, each seen. All of them return promises and need no `this`. */
function each<Part extends object>(part: Part, see: See<keyof Part>): Part {
  const methods = Object.entries(part) as [keyof Part, (...input: unknown[]) => Promise<unknown>][];
  return Object.fromEntries(
    methods.map(([name, method]) => [name, (...input: unknown[]) => see(name, () => method(...input))]),
  ) as Part;
}

/** A sweep is in nobody's hands between two pages, so that each page is seen by itself. */
function eachPage<T>(
  pages: AsyncIterable<T>,
  see: (page: () => Promise<IteratorResult<T>>) => Promise<IteratorResult<T>>,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = pages[Symbol.asyncIterator]();
      return {
        next: () => see(() => iterator.next()),
        return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}
