/** RowError: how a reader refuses. */
import type { SkipReason } from './row.ts';

const MESSAGES: Partial<Record<SkipReason, string>> = {
  unreadable: 'The ciphertext does not open with these keys.',
  malformed: 'The value has not the shape that its source writes.',
  too_short: 'The secret has fewer than 80 bits.',
};

/** A reader's refusal. It holds the reason and nothing of the value, not even as a cause. */
export class RowError extends Error {
  override readonly name = 'RowError';
  readonly reason: SkipReason;

  constructor(reason: SkipReason) {
    super(MESSAGES[reason] ?? 'The row cannot be imported.');
    this.reason = reason;
  }
}

/**
 * Runs `read`, and refuses for `reason` if it throws anything else than a RowError.
 * The error underneath is dropped: decoders quote what they could not decode.
 */
export function orRefuse<T>(reason: 'unreadable' | 'malformed', read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof RowError ? error : new RowError(reason);
  }
}

/** The first of `keys` with which `open` succeeds; refuses as unreadable if none does. */
export function firstThatOpens<Key, T>(keys: Iterable<Key>, open: (key: Key) => T): T {
  for (const key of keys) {
    try {
      return open(key);
    } catch {
      // The next key.
    }
  }
  throw new RowError('unreadable');
}
