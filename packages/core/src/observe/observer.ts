/** Observer: the port that metrics and traces stand behind. */
import type { Mfa } from '../api.ts';
import type { MfaErrorCode } from '../errors.ts';

/** The calls of `Mfa` that are observed: all but `clock`. Of `rekey` each page is one. */
export type ObservedCall = Exclude<keyof Mfa, 'clock'>;

/** How a call ended: `ok`, the code of its refusal, or `fault` if it threw anything else. */
export type CallOutcome = 'ok' | MfaErrorCode | 'fault';

/** A question that the core asks the store. */
export type StoreOperation = 'read' | 'commit' | 'events' | 'scan' | 'countMarks' | 'check';

/** `lost`: a commit found that another one was first, and the call decides again. `fault`: no answer, or a wrong one. */
export type StoreOutcome = 'ok' | 'lost' | 'fault';

/** `ok`, or the code of the refusal: `busy` if the hasher failed or was too slow, or if the work was given up. */
export type HashOutcome = 'ok' | 'busy' | 'hasher_unavailable';

/**
 * Called once, when the work has ended.
 * @param ms - how long it took, in milliseconds with a fraction
 */
export type ObservedEnd<Outcome> = (outcome: Outcome, ms: number) => void;

/** What an observer may answer. Without a function it does not hear of the end. */
export type Observed<Outcome> = ObservedEnd<Outcome> | undefined;

/**
 * Is told what the library does, for metrics and traces. Every method is called when a piece of work is about to begin, and
 * may answer with a function that is called when it has ended.
 *
 * `begin` begins the work. You need not call it: it begins when the method returns. A tracer calls it, at once, from where
 * the span is the active one, so that whatever happens during the work finds its parent.
 *
 * No observer changes an outcome: what it throws is dropped, a promise is not waited for, and the work is done once,
 * whatever it does with `begin`. It runs in the way of the call, so it must be fast. Nothing that it is told names a user
 * or holds a secret; for what happened to whom there is `onEvent`.
 *
 * @example
 * ```ts
 * import type { Observer } from '@mfakit/core';
 *
 * export const slowStore: Observer = {
 *   store: (operation) => (outcome, ms) => {
 *     if (ms > 100) console.log(`store.${operation}: ${outcome} after ${Math.round(ms)} ms`);
 *   },
 * };
 * ```
 */
export interface Observer {
  /** A call of `Mfa`. */
  call?(name: ObservedCall, begin: () => void): Observed<CallOutcome>;
  /** A question to the store, by the call that is under way or, if several share it, by one of them. */
  store?(operation: StoreOperation, begin: () => void): Observed<StoreOutcome>;
  /**
   * Digests of backup codes. The time includes the wait for a turn.
   * @param jobs - how many are computed: 1 for a code that was typed, more for a set of new ones
   */
  hash?(jobs: number, begin: () => void): Observed<HashOutcome>;
}
