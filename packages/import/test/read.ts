/** Reads the document of a case with its source. */
import { isSkipped, sources, type ReadRow, type ReadUser, type SkippedRow } from '../src/index.ts';
import type { FixtureCase } from './fixtures.ts';

/** What came of a document. */
export interface ReadDocument {
  readonly users: readonly ReadUser[];
  readonly skipped: readonly SkippedRow[];
}

/** Reads a case, or another document with the options of the case. */
export function read(from: FixtureCase, document: unknown = from.document): ReadDocument {
  return sorted([...sources[from.source].prepare(from.options)(document)]);
}

/** Parts users from skipped rows. */
export function sorted(rows: readonly ReadRow[]): ReadDocument {
  return {
    users: rows.filter((row): row is ReadUser => !isSkipped(row)),
    skipped: rows.filter(isSkipped),
  };
}
