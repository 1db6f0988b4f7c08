/** StoreCase: one promise of the store port as a runnable case. */
import type { MfaStore } from '@mfakit/core';
import { check } from './check.ts';
import { watch, type Watched } from './watched-calls.ts';

/** An empty store to run one case against. */
export interface TestStore {
  /**
   * One or more handles to the same data. Provide several if the database allows it (pools, connections, processes).
   * Every case spreads its calls over them in turn, including its races.
   */
  readonly connections: readonly [MfaStore, ...MfaStore[]];
  /**
   * Takes away what the store stands on, for good: drops the tables, removes the folder, ends the server. Afterwards every
   * method must throw. Only one case calls it; without it, that case looks at nothing.
   */
  breakDown?(): Promise<void>;
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

/** How cases run. */
export interface StoreCaseOptions {
  /** How long one case may take before it fails, with the calls that it still waits for; above 0, default 10. */
  readonly deadlineSeconds?: number;
}

/** What a case does. Each call on `store` goes to the next connection. */
export type CaseBody = (
  store: MfaStore,
  connections: TestStore['connections'],
  breakDown: (() => Promise<void>) | undefined,
) => Promise<void>;

/** Cases by name. */
export type CaseGroup = Readonly<Record<string, CaseBody>>;

/** Turns a group into runnable cases. Each case opens a store of its own, and closes it whatever happens. */
export function casesOf(
  createStore: () => Promise<TestStore>,
  group: CaseGroup,
  { deadlineSeconds = 10 }: StoreCaseOptions = {},
): StoreCase[] {
  if (!(deadlineSeconds > 0 && deadlineSeconds <= 86_400)) {
    throw new RangeError('deadlineSeconds must be above 0, and a day at most.');
  }
  /** A store that hangs fails its own case alone: some test runners would give up on all the others with it. */
  const inTime = async (work: Promise<void>, stillWaits: () => string): Promise<void> => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, deadlineSeconds * 1000, 'late')));
    const first = await Promise.race([work, late]).finally(() => clearTimeout(timer));
    check(first !== 'late', `every call ends\n  After ${deadlineSeconds} s the case still waits for ${stillWaits()}.`);
  };

  return Object.entries(group).map(([name, body]) => ({
    name,
    run: async (): Promise<void> => {
      const store = await createStore();
      const watched = watch(store.connections);
      const breakDown = store.breakDown?.bind(store);
      const close = async (): Promise<void> => store.close?.();
      try {
        await inTime(body(inTurn(watched.connections), watched.connections, breakDown), watched.underWay);
      } catch (error) {
        // The failure of the case matters more than a failure to close.
        await inTime(close(), () => 'close').catch(() => undefined);
        throw error;
      }
      await inTime(close(), () => 'close');
    },
  }));
}

/** A store whose calls go to the connections in turn: what one connection does, the next must see. */
function inTurn(connections: Watched['connections']): MfaStore {
  let calls = 0;
  const next = (): MfaStore => connections[calls++ % connections.length] ?? connections[0];
  return {
    read: (userId) => next().read(userId),
    commit: (commit) => next().commit(commit),
    events: (userId, page) => next().events(userId, page),
    scan: (page) => next().scan(page),
    check: async () => next().check?.(),
    ...(connections.every((store) => store.countMarks !== undefined) && {
      countMarks: async (now: number) => (await next().countMarks?.(now)) ?? [],
    }),
  };
}
