/** StoreCase: one promise of the store port as a runnable case. */
import type { MfaStore } from '@mfakit/core';

/** An empty store to run one case against. */
export interface TestStore {
  /**
   * One or more handles to the same data. Provide several if the database allows it (pools, connections, processes).
   * Every case spreads its calls over them in turn, including its races.
   */
  readonly connections: readonly [MfaStore, ...MfaStore[]];
  /** Called once when the case has ended, whether it passed or not. */
  close?(): Promise<void>;
}

/** One promise of the port. It depends on no other case and on no test runner. */
export interface StoreCase {
  /** Names the promise, e.g. `commit: next null removes the record and all events`. Unique within the kit. */
  readonly name: string;
  /** Resolves if the store keeps the promise; otherwise rejects with an `Error` that names the broken promise. */
  readonly run: () => Promise<void>;
}

/** What a case does. Each call on `store` goes to the next connection. */
export type CaseBody = (store: MfaStore, connections: TestStore['connections']) => Promise<void>;

/** Cases by name. */
export type CaseGroup = Readonly<Record<string, CaseBody>>;

/** Turns a group into runnable cases. Each case opens a store of its own, and closes it whatever happens. */
export function casesOf(createStore: () => Promise<TestStore>, group: CaseGroup): StoreCase[] {
  return Object.entries(group).map(([name, body]) => ({
    name,
    run: async (): Promise<void> => {
      const store = await createStore();
      try {
        await body(inTurn(store.connections), store.connections);
      } catch (error) {
        // The failure of the case matters more than a failure to close.
        await store.close?.().catch(() => undefined);
        throw error;
      }
      await store.close?.();
    },
  }));
}

/** A store whose calls go to the connections in turn: what one connection does, the next must see. */
function inTurn(connections: TestStore['connections']): MfaStore {
  let calls = 0;
  const next = (): MfaStore => connections[calls++ % connections.length] ?? connections[0];
  return {
    read: (userId) => next().read(userId),
    commit: (commit) => next().commit(commit),
    events: (userId, page) => next().events(userId, page),
    scan: (page) => next().scan(page),
    check: async () => next().check?.(),
  };
}
