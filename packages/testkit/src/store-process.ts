/** StoreProcess: a process that holds connections, and stores here whose calls it carries out. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { MfaStore } from '@mfakit/core';

/** A question to the process. `store` is a number that it gave for `open`. */
export type Question = { readonly id: number } & (
  | { readonly ask: 'open'; readonly argument: string }
  | { readonly ask: 'close'; readonly store: number }
  | { readonly ask: keyof MfaStore; readonly store: number; readonly given: readonly unknown[] }
);

/** What the process answers. */
export type Answer = { readonly id: number } & ({ readonly gave: unknown } | { readonly threw: string });

/** A process that {@link startStoreProcess} has started. */
export interface StoreProcess {
  /** Opens a store there, and gives it as one to call from here. `close` closes it there. */
  open(argument: string): Promise<
    MfaStore & {
      /** Closes the store in its process. */
      close(): Promise<void>;
    }
  >;
  /** SIGKILL: no handler runs, and nothing is flushed. Calls that are under way reject. */
  kill(): Promise<void>;
}

/** A question without the number that it will get. */
type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

/**
 * Starts a process whose program calls `serveStores`. Give its stores to `storeCases` beside those of this process: races
 * then run between processes, as they do behind a load balancer. End it with `kill` when the tests are done.
 *
 * @param program - a file that this runtime can run as it is
 * @example
 * ```ts
 * import { startStoreProcess } from '@mfakit/testkit/child-process';
 *
 * export const openElsewhere = async (path: string) => {
 *   const elsewhere = await startStoreProcess(new URL('store-process.mjs', import.meta.url));
 *   return { store: await elsewhere.open(path), end: () => elsewhere.kill() };
 * };
 * ```
 */
export async function startStoreProcess(program: string | URL): Promise<StoreProcess> {
  // Structured clones tell a missing answer from `null`, and a date from its text.
  const child = fork(program, { serialization: 'advanced' });
  const waiting = new Map<number, { resolve: (gave: unknown) => void; reject: (error: Error) => void }>();
  let asked = 0;
  let ended = false;
  const exit = once(child, 'exit');
  child.once('exit', () => {
    ended = true;
    for (const { reject } of waiting.values()) reject(new Error('The process of the store has ended.'));
  });
  child.on('error', () => undefined);
  child.on('message', (message) => {
    const answer = message as Answer;
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('threw' in answer) call?.reject(new Error(answer.threw));
    else call?.resolve(answer.gave);
  });

  const ask = async (question: Unnumbered<Question>): Promise<unknown> => {
    if (ended) throw new Error('The process of the store has ended.');
    const id = (asked += 1);
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      child.send({ ...question, id }, (error) => error !== null && reject(error));
    });
  };

  return {
    async open(argument) {
      const store = (await ask({ ask: 'open', argument })) as number;
      const call =
        (method: keyof MfaStore) =>
        (...given: readonly unknown[]): Promise<never> =>
          ask({ ask: method, store, given }) as Promise<never>;
      return {
        read: call('read'),
        commit: call('commit'),
        events: call('events'),
        scan: call('scan'),
        check: call('check'),
        close: async () => void (await ask({ ask: 'close', store })),
      };
    },
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
