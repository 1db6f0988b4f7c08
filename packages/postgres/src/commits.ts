/** createCommit: carries swaps out, each in a statement of its own, or those of many users in one. */
import type { MfaEvent, StoredRecord, Swap } from '@mfakit/core';
import type { BatchStatements } from './batch-statements.ts';
import { inBatches } from './batches.ts';
import { batchItem, rowValues } from './row.ts';
import type { SwapStatements } from './swap-statements.ts';

/** What the commits of a store need. */
export interface CommitOptions {
  readonly run: <Row>(
    operation: keyof SwapStatements | keyof BatchStatements,
    values: unknown[],
  ) => Promise<readonly Row[]>;
  /** The stored revision. */
  readonly find: (userId: string) => Promise<string | null>;
  /** Whether an error says that nothing was stored, because of others. */
  readonly isRolledBack: (error: unknown) => boolean;
  readonly keepEvents: boolean;
  readonly hasOutbox: boolean;
  readonly toQueue: (swap: Swap) => readonly MfaEvent[];
  /** How many statements at once carry commits together; `undefined`: each commit goes alone. */
  readonly lanes: number | undefined;
}

/** A commit that may go with others: it stores a record and events, and nothing else. */
type Plain = Swap & { readonly next: StoredRecord; readonly events: readonly MfaEvent[] };

/** Makes the method `commit`. */
export function createCommit(options: CommitOptions): (change: Swap) => Promise<boolean> {
  const { run, find, isRolledBack, keepEvents, hasOutbox, toQueue, lanes } = options;

  async function swap(operation: keyof SwapStatements, values: unknown[]): Promise<boolean> {
    try {
      return (await run(operation, values)).length > 0;
    } catch (error) {
      if (isRolledBack(error)) return false;
      throw error;
    }
  }

  async function alone(change: Swap, queued: readonly MfaEvent[]): Promise<boolean> {
    const { userId, expected, next, events, marks } = change;
    if (next === null) {
      return expected === null ? (await find(userId)) === null : swap('remove', [userId, expected]);
    }
    const erases = events === 'erase';
    // Another statement than that of a commit which tells nobody: that one knows of no outbox, and pays nothing for it.
    const queueing = queued.length > 0 || (erases && hasOutbox) ? 'Queueing' : '';
    const kept = erases || !keepEvents ? [] : events;
    const one = kept.length === 1 && queueing === '' ? kept[0] : undefined;
    const what = one !== undefined ? 'One' : (`${erases ? 'Erasing' : ''}${queueing}` as const);
    const values: unknown[] = rowValues(userId, next, marks);
    if (expected !== null) values.push(expected);
    if (one !== undefined) values.push(one.seq, one.at, JSON.stringify(one));
    else if (!erases) values.push(JSON.stringify(kept));
    if (queueing) values.push(JSON.stringify(queued));
    if (await swap(`${expected === null ? 'insert' : 'update'}${what}`, values)) return true;
    // A driver may have sent this twice. Only a statement of its own is sure to see what the one before was waiting for.
    return (await find(userId)) === next.revision;
  }

  if (lanes === undefined) return (change) => alone(change, toQueue(change));

  const together = inBatches<Plain, keyof BatchStatements>({
    lanes,
    kindOf: ({ expected }) => (expected === null ? 'insertMany' : 'updateMany'),
    keyOf: ({ userId }) => userId,
    async carryOut(operation, batch) {
      const items = batch.map((change, n) => batchItem(n, change, keepEvents ? change.events : []));
      const rows = await run<{ readonly n: number }>(operation, [JSON.stringify(items)]);
      return new Set(rows.map(({ n }) => n));
    },
  });

  return async (change) => {
    const queued = toQueue(change);
    if (isPlain(change) && queued.length === 0) {
      if (await together(change)) return true;
      // Left out because its row was locked, or because the race is lost; or the batch threw, and may have been carried out.
      const stored = await find(change.userId);
      if (stored === change.next.revision) return true;
      if (stored !== change.expected) return false;
    }
    return alone(change, queued);
  };
}

function isPlain(change: Swap): change is Plain {
  return change.next !== null && change.events !== 'erase';
}
