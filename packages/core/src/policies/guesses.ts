/** Guesses: the slow bucket of wrong codes, which no success empties. */
import type { Guesses } from '../record/record.ts';
import type { LockoutPolicy } from './lockout.ts';

/** What the bucket obeys. */
type SlowPolicy = Pick<LockoutPolicy, 'slowLimit' | 'slowDays'>;

const DAY_MS = 86_400_000;

/** How full the bucket is at this instant. A clock that was set back drains nothing. */
function levelAt({ level, at }: Guesses, { slowLimit, slowDays }: SlowPolicy, now: number): number {
  const leaked = (Math.max(now - at, 0) * slowLimit) / (slowDays * DAY_MS);
  return Math.max(level - leaked, 0);
}

/**
 * Whether a guess at one code is one too many, so that two consecutive ones are asked for. The owner of an account resets
 * the count of the lockout with each sign-in; a guesser who knows that gets no more than this bucket holds, and after
 * that no more than it leaks.
 */
export function needsTwoCodes(guesses: Guesses, policy: SlowPolicy, now: number): boolean {
  return levelAt(guesses, policy, now) + 1 > policy.slowLimit;
}

/** One wrong answer more. A full bucket takes no more: two consecutive codes are not guessed, and it must drain one day. */
export function oneMoreGuess(guesses: Guesses, policy: SlowPolicy, now: number): Guesses {
  const level = Math.min(levelAt(guesses, policy, now) + 1, policy.slowLimit);
  return { level, at: Math.max(guesses.at, now) };
}

/** What `unlock` leaves: a person has looked at the account. */
export const NO_GUESSES: Guesses = { level: 0, at: 0 };
