/** Puts a user together out of factors and codes that are each read by themselves. */
import type { ImportedCodes, ImportedFactor } from '@mfakit/core';
import type { ReadRow, SourceWarning } from '../row.ts';
import { attempt } from './tables.ts';

/** Something of a user that a reader may refuse, and the row that it is in. */
interface Part<T> {
  readonly row: string;
  readonly read: () => T;
}

/** What a source has of a user. */
export interface UserParts {
  readonly userId: string;
  readonly source: string;
  readonly factors: readonly Part<ImportedFactor>[];
  /** Empty sets are left out. */
  readonly codes?: Part<ImportedCodes | undefined>;
  readonly warnings?: readonly SourceWarning[];
}

/** Yields what was refused, and then the user, if a factor is left. Without one there is nothing that codes could back up. */
export function* readUser({ userId, source, factors, codes, warnings = [] }: UserParts): Generator<ReadRow> {
  const read: ImportedFactor[] = [];
  for (const part of factors) {
    const factor = attempt(userId, part.row, part.read);
    if ('reason' in factor) yield factor;
    else read.push(factor);
  }
  if (read.length === 0) return;
  const set = codes && attempt(userId, codes.row, codes.read);
  if (set && 'reason' in set) yield set;
  const backupCodes = set === undefined || 'reason' in set || isEmpty(set) ? undefined : set;
  yield {
    userId,
    source,
    factors: read,
    ...(backupCodes !== undefined && { backupCodes }),
    ...(warnings.length > 0 && { warnings }),
  };
}

function isEmpty(set: ImportedCodes): boolean {
  const entries = 'codes' in set ? set.codes : 'hashes' in set ? set.hashes : set.prehashed;
  return entries.length === 0;
}
