/** Row: what the columns of a record hold. */
import { UNTIL_UNLOCK, type Marks, type MfaEvent, type MfaRecord, type StoredRecord, type Swap } from '@mfakit/core';
import { toText } from './marks.ts';

/** The values of a row, in the order of the parameters of `insert` and `update`. */
export function rowValues(userId: string, { revision, record }: StoredRecord, marks: Marks | undefined): unknown[] {
  const { enabled, lockedUntil } = derived(record);
  const overdueFrom = marks?.overdueFrom ?? null;
  return [userId, revision, JSON.stringify(inOrder(record)), toText(marks), overdueFrom, enabled, lockedUntil];
}

/** The same as an item of a batch. */
export function batchItem(
  n: number,
  { userId, expected, next, marks }: Swap & { readonly next: StoredRecord },
  events: readonly MfaEvent[],
): object {
  const { enabled, lockedUntil } = derived(next.record);
  return {
    n,
    id: userId,
    expected,
    revision: next.revision,
    record: inOrder(next.record),
    marks: toText(marks),
    overdue_from: marks?.overdueFrom ?? null,
    enabled,
    locked_until: lockedUntil,
    events,
  };
}

/** What is long and seldom changes goes first: the write-ahead log need not hold what an update has left in front. */
function inOrder(record: MfaRecord): MfaRecord {
  const { backupCodes, factors, ...rest } = record;
  return { backupCodes, factors, ...rest };
}

/** What operators ask for without looking into the record. */
function derived({ factors, lockout }: MfaRecord): {
  readonly enabled: boolean;
  /** Epoch milliseconds. */
  readonly lockedUntil: number | 'infinity' | null;
} {
  const { lockedUntil } = lockout;
  return {
    enabled: factors.length > 0,
    lockedUntil: lockedUntil !== null && lockedUntil >= UNTIL_UNLOCK ? 'infinity' : lockedUntil,
  };
}
