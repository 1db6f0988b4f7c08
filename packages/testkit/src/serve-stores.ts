/** serveStores: the program of a store process. It carries out the calls that its parent sends. */
import type { MfaStore } from '@mfakit/core';
import type { Answer, Question } from './store-process.ts';

/** A store, and what closes it. */
export interface ServedStore {
  /** The store that is served. */
  readonly store: MfaStore;
  /** Closes what the store stands on. */
  close?(): Promise<void>;
}

/**
 * Call it in a program of its own, which `startStoreProcess` starts. It ends with the process that started it.
 *
 * @param open - opens a store by the argument that the parent gave, such as a path or a URL
 * @example
 * ```ts
 * import { serveStores } from '@mfakit/testkit/child-process';
 * import { memoryStore } from '@mfakit/memory';
 *
 * serveStores(async () => ({ store: memoryStore() }));
 * ```
 */
export function serveStores(open: (argument: string) => Promise<ServedStore>): void {
  const stores: ServedStore[] = [];

  const answer = async (question: Question): Promise<unknown> => {
    if (question.ask === 'open') return stores.push(await open(question.argument)) - 1;
    const served = stores[question.store];
    if (served === undefined) throw new Error('This process has no such store.');
    if (!('given' in question)) return served.close?.();
    const method = served.store[question.ask] as ((...given: readonly unknown[]) => Promise<unknown>) | undefined;
    return method?.apply(served.store, [...question.given]);
  };

  process.on('message', (question: Question) => {
    const { id } = question;
    answer(question).then(
      (gave) => reply({ id, gave }),
      (error: unknown) => reply({ id, threw: error instanceof Error ? error.message : 'The store threw no Error.' }),
    );
  });
  // An orphan must not stay behind.
  process.on('disconnect', () => process.exit());
}

function reply(message: Answer): void {
  process.send?.(message);
}
