/** Marks: how tags lie in their column, and what a count of them gives. */
import type { MarkCount, Marks } from '@mfakit/core';

/** A row of `countMarks`. Counts are texts: drivers differ in what they make of a `bigint`. */
export interface CountRow {
  readonly marks: string;
  readonly users: string;
  readonly locked: string;
  readonly locked_until_unlock: string;
  readonly overdue: string;
}

/** Each tag between two spaces, so that one is found in the text; the empty text for a record without marks. */
export function toText(marks: Marks | undefined): string {
  return marks === undefined ? '' : ` ${marks.tags.join(' ')} `;
}

/** What the core expects of a row. */
export function toCount({ marks, users, locked, locked_until_unlock: untilUnlock, overdue }: CountRow): MarkCount {
  return {
    tags: marks === '' ? null : marks.split(' ').filter((tag) => tag !== ''),
    users: Number(users),
    locked: Number(locked),
    lockedUntilUnlock: Number(untilUnlock),
    overdue: Number(overdue),
  };
}
