/** Machine: a state that changes, and whoever watches it. */

/** What all machines have in common. The state is plain data, and a new object after each change. */
export interface Machine<State> {
  /** The state now. */
  readonly get: () => State;
  /**
   * Calls `listen` at once, and after each change: so a machine is a store for Svelte, and fits `useSyncExternalStore`.
   * @returns ends that
   */
  readonly subscribe: (listen: (state: State) => void) => () => void;
  /** Ends it: nothing changes any more, nobody is told anything, and a prompt of the browser is withdrawn. */
  readonly destroy: () => void;
}

/** A machine from inside. */
export interface Cell<State> extends Machine<State> {
  /** Once the machine has ended this does nothing. */
  readonly set: (next: State) => void;
  /** Aborted when the machine ends. */
  readonly signal: AbortSignal;
}

/** A page that fails to draw is no server that does not answer: its error goes where uncaught ones go. */
function tell<State>(listen: (state: State) => void, state: State): void {
  try {
    listen(state);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** A state that can be set. */
export function cell<State>(first: State): Cell<State> {
  let state = first;
  const listeners = new Set<{ readonly listen: (state: State) => void }>();
  const end = new AbortController();
  return {
    get: () => state,
    set(next) {
      if (end.signal.aborted) return;
      state = next;
      for (const { listen } of listeners) tell(listen, next);
    },
    subscribe(listen) {
      // An object of its own: one function may listen twice.
      const listener = { listen };
      listeners.add(listener);
      listen(state);
      return () => listeners.delete(listener);
    },
    destroy() {
      listeners.clear();
      end.abort();
    },
    signal: end.signal,
  };
}
