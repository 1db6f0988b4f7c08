/** Stored: what the record remembers of its import, so that the next run knows what has changed, here or there. */
import type { $ZodType } from 'zod/v4/core';
import { count, sealed, storedObject, text } from '../record/fields.ts';

/** The marker of an imported user. It stays until the user is forgotten. */
export interface ImportMarker {
  /** The name of the import. */
  readonly source: string;
  /** The epoch that the import left. Another one now: factors were added or removed here, or more. */
  readonly epoch: number;
  /** The set of backup codes that it left. */
  readonly setId: string;
  /** How many codes that set had. */
  readonly codes: number;
  /**
   * What the source had: a digest of the factors and one of the codes, since a change of the secrets must not bring spent
   * codes back. Sealed as one text.
   */
  readonly prints: string;
}

/** What the fingerprints are sealed as. */
export const PRINTS = { kind: 'import', id: 'prints' } as const;

/** Checks an {@link ImportMarker}. */
export const importMarker: $ZodType<ImportMarker> = storedObject({
  source: text,
  epoch: count,
  setId: text,
  codes: count,
  prints: sealed,
});
