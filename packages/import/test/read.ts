/** Reads the document of a case with its source. */
import { isSkipped, sources, type ReadRow, type ReadUser, type SkippedRow } from '../src/index.ts';
import type { FixtureCase } from './fixtures.ts';

const PREPARED = new Map<string, (document: unknown) => Iterable<ReadRow>>();

/** The rows of a case, or of another document with its options. Keys are derived once for all tests of a file. */
export function rowsOf(from: FixtureCase, document: unknown = from.document): readonly ReadRow[] {
  const name = JSON.stringify([from.source, from.options]);
  const readDocument = PREPARED.get(name) ?? sources[from.source].prepare(from.options);
  PREPARED.set(name, readDocument);
  return [...readDocument(document)];
}

/** What came of a document. */
export interface ReadDocument {
  readonly users: readonly ReadUser[];
  readonly skipped: readonly SkippedRow[];
}

/** Reads a case, or another document with the options of the case. */
export function read(from: FixtureCase, document: unknown = from.document): ReadDocument {
  return sorted(rowsOf(from, document));
}

/** Parts users from skipped rows. */
function sorted(rows: readonly ReadRow[]): ReadDocument {
  return {
    users: rows.filter((row): row is ReadUser => !isSkipped(row)),
    skipped: rows.filter(isSkipped),
  };
}
