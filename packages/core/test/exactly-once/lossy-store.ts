/** lossyStore: a store that loses its answer to one commit after the commit has landed, while others keep writing. */
import type { MfaStore, Swap } from '@mfakit/core';

/** A store that loses one answer on demand. */
export interface LossyStore extends MfaStore {
  /** The next commit lands and then throws. Before it throws, `meanwhile` runs. */
  loseNext(meanwhile?: () => Promise<unknown>): void;
  /** The next commit never reaches the database: it throws after `meanwhile` has run. */
  dropNext(meanwhile?: () => Promise<unknown>): void;
  /** Commits that reached the database and landed through this connection. */
  readonly landed: readonly Swap[];
}

const nothing = async (): Promise<void> => undefined;

/** Opens a connection over `store`. */
export function lossyStore(store: MfaStore): LossyStore {
  let plan: { readonly lands: boolean; readonly meanwhile: () => Promise<unknown> } | null = null;
  const landed: Swap[] = [];
  return {
    ...store,
    landed,
    loseNext: (meanwhile = nothing) => {
      plan = { lands: true, meanwhile };
    },
    dropNext: (meanwhile = nothing) => {
      plan = { lands: false, meanwhile };
    },
    async commit(swap) {
      const now = plan;
      plan = null;
      const answer = now?.lands === false ? false : await store.commit(swap);
      if (answer) landed.push(swap);
      if (now === null) return answer;
      await now.meanwhile();
      throw new Error('connection reset');
    },
  };
}
