/** Interruption: the first Ctrl-C stops a command at a good place, the second one at once. */
import { EXIT } from './failure.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A signal that is aborted at the first Ctrl-C; `release` gives the signals back to Node. */
export function onInterrupt(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, stop);
    },
  };
}
