/** Row: what the columns of a record hold. */
import { UNTIL_UNLOCK, type Marks, type MfaRecord, type StoredRecord } from '@mfakit/core';
import { toText } from './marks.ts';

/** The values of a row, in the order of the parameters of `insert` and `update`. */
export function rowValues(userId: string, { revision, record }: StoredRecord, marks: Marks | undefined): unknown[] {
  const { enabled, lockedUntil } = derived(record);
  const overdueFrom = marks?.overdueFrom ?? null;
  return [userId, revision, JSON.stringify(inOrder(record)), toText(marks), overdueFrom, enabled, lockedUntil];
}

/** What is long and seldom changes goes first: the write-ahead log need not hold what an update has left in front. */
export function inOrder(record: MfaRecord): MfaRecord {
  const { backupCodes, factors, ...rest } = record;
  return { backupCodes, factors, ...rest };
}

/** What operators ask for without looking into the record. */
export function derived({ factors, lockout }: MfaRecord): {
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
