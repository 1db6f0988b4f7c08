/** inBatches: what comes while a few batches are under way waits, and goes together in the next one. */

/** A statement with more takes longer than the next ones gain by it. */
const MAX_ITEMS = 64;

/** Whatever has not answered by then holds up nobody but its own items: it no longer counts among the lanes. */
const STALLED_MS = 1000;

/** What goes together, and how. */
export interface Batching<Item, Kind> {
  /** How many batches may be under way at once. */
  readonly lanes: number;
  /** Only items of one kind go together. */
  readonly kindOf: (item: Item) => Kind;
  /** Of two items with one key the second waits for the next batch. */
  readonly keyOf: (item: Item) => string;
  /**
   * Carries items out, in the order of their keys.
   * @returns the indexes of those that are done
   */
  readonly carryOut: (kind: Kind, items: readonly Item[]) => Promise<ReadonlySet<number>>;
}

interface Waiting<Item> {
  readonly item: Item;
  readonly end: (done: boolean) => void;
}

/**
 * Makes a function that puts an item into the next batch. It sets no timer: a batch goes when a lane is free.
 * @returns of each item whether it is done; `false` if it was left out, or if it is not known since its batch threw
 */
export function inBatches<Item, Kind>(batching: Batching<Item, Kind>): (item: Item) => Promise<boolean> {
  const { lanes, kindOf, keyOf, carryOut } = batching;
  const waiting: Waiting<Item>[] = [];
  const underWay = new Set<{ readonly since: number }>();

  /** Takes what goes next: the first that waits, and what may go with it. */
  function take(kind: Kind): readonly Waiting<Item>[] {
    const taken = new Map<string, Waiting<Item>>();
    const left: Waiting<Item>[] = [];
    let looked = 0;
    for (const each of waiting) {
      if (taken.size === MAX_ITEMS) break;
      looked += 1;
      const key = keyOf(each.item);
      if (kindOf(each.item) === kind && !taken.has(key)) taken.set(key, each);
      else left.push(each);
    }
    waiting.splice(0, looked, ...left);
    // Two processes that wait for each other's rows would wait forever if their orders differed.
    return [...taken].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
  }

  async function go(kind: Kind, batch: readonly Waiting<Item>[]): Promise<void> {
    const lane = { since: performance.now() };
    underWay.add(lane);
    let done: ReadonlySet<number> = new Set();
    try {
      done = await carryOut(
        kind,
        batch.map(({ item }) => item),
      );
    } catch {
      // Each goes alone, and finds out for itself.
    }
    underWay.delete(lane);
    for (const [index, { end }] of batch.entries()) end(done.has(index));
    start();
  }

  function start(): void {
    const stalled = performance.now() - STALLED_MS;
    let free = lanes;
    for (const { since } of underWay) if (since > stalled) free -= 1;
    for (; free > 0; free -= 1) {
      const [first] = waiting;
      if (first === undefined) return;
      const kind = kindOf(first.item);
      void go(kind, take(kind));
    }
  }

  return (item) =>
    new Promise((end) => {
      waiting.push({ item, end });
      start();
    });
}
