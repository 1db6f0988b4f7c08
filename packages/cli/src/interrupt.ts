/** Interruption: Ctrl-C ends a command at once, or at the next good place if the command knows one. */
import { setImmediate } from 'node:timers/promises';
import { EXIT } from './failure.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Lets a Ctrl-C through: over a store that answers at once, such as SQLite, nothing else would. */
export async function turn(): Promise<void> {
  await setImmediate();
}

/** Ctrl-C, as a command sees it. */
export interface Interruption {
  /** Aborted by the first Ctrl-C, from when on this is read; the second one ends the process. */
  readonly signal: AbortSignal;
  /** Gives the signals back to Node. */
  release(): void;
}

/** Listens for Ctrl-C, and for the signal that ends a service. */
export function onInterrupt(): Interruption {
  const controller = new AbortController();
  let awaited = false;
  const stop = (): void => {
    if (!awaited || controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  return {
    get signal() {
      awaited = true;
      return controller.signal;
    },
    release: () => {
      for (const name of SIGNALS) process.off(name, stop);
    },
  };
}
