/** Interruption: Ctrl-C ends a command at once, or at the next good place if the command knows one. */
import { EXIT } from './failure.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

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
