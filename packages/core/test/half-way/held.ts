/** Held: a slow port that stops in the middle of its work, until it is let go. */

/** A hand on one port. Only the first call is held. */
export interface Held {
  /** Resolves when the first call has begun. */
  readonly begun: Promise<void>;
  /** Resolves when the port is let go. */
  readonly free: Promise<void>;
  readonly letGo: () => void;
  /** The port, held. */
  readonly port: <A extends unknown[], R>(work: (...input: A) => Promise<R>) => (...input: A) => Promise<R>;
}

/** A new hand. */
export function held(): Held {
  const [begun, begin] = signal();
  const [free, letGo] = signal();
  return {
    begun,
    free,
    letGo,
    port:
      (work) =>
      async (...input) => {
        begin();
        await free;
        return work(...input);
      },
  };
}

function signal(): readonly [promise: Promise<void>, give: () => void] {
  const gives: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => {
    gives.push(resolve);
  });
  return [promise, () => gives.forEach((give) => give())];
}
