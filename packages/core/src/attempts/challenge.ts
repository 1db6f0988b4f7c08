/** Challenges: when a token is good, and how it is spent. */
import type { Challenge } from '../crypto/challenge-token.ts';
import { MfaError } from '../errors.ts';
import { isEnforced } from '../policies/enforcement.ts';
import { isLocked, lockedError } from '../policies/lockout.ts';
import type { TransitionContext } from '../decision.ts';
import type { Attempt, Gate } from './attempt.ts';
import { SPENT_CHALLENGES, type MfaRecord } from '../record/record.ts';

/** How far the clocks of two servers may differ before one of them takes a spent token for a fresh one. */
const CLOCK_SKEW_MS = 600_000;

/** @returns why the holder of this token of a known user is refused, or `null` */
function tokenBarrier(record: MfaRecord, challenge: Challenge, now: number): MfaError | null {
  const closed = whyClosed(record, challenge, now);
  if (closed !== null) return new MfaError(closed);
  return challenge.userId === '' || challenge.epoch === record.epoch ? null : new MfaError('invalid_token');
}

/** The gate, open only to the holder of this token too; `null`: the answer needs none. */
export function guarded(challenge: Challenge | null, gate: Gate): Gate {
  if (challenge === null) return gate;
  return {
    ...gate,
    barrier: (record, context) => tokenBarrier(record, challenge, context.now) ?? gate.barrier(record, context),
  };
}

/** The attempt, proven by an answer to this token, and spending it; `null`: the answer needs none. */
export function spending<T>(challenge: Challenge | null, attempt: Attempt<T>): Attempt<T> {
  if (challenge === null) return attempt;
  return {
    ...guarded(challenge, attempt),
    apply: (record, used, context) => attempt.apply(spendChallenge(record, challenge, context.now), used, context),
  };
}

/** @returns why the holder of this enroll token is refused, or `null` */
export function enrollTokenBarrier(
  record: MfaRecord,
  challenge: Challenge,
  context: TransitionContext,
): MfaError | null {
  const { now } = context;
  const closed = whyClosed(record, challenge, now);
  if (closed !== null) return new MfaError(closed);
  if (record.factors.length > 0) return new MfaError('already_enabled');
  if (challenge.epoch !== record.epoch) return new MfaError('invalid_token');
  if (!isEnforced(record, context)) return new MfaError('enforcement_not_pending');
  // This path ends in a sign-in: it must not lead around a lock.
  return isLocked(record.lockout, now) ? lockedError(record.lockout) : null;
}

/** A token that has succeeded is told from one that has expired: a double click is no reason to sign in anew. */
function whyClosed(
  record: MfaRecord,
  { id, expiresAt }: Challenge,
  now: number,
): 'token_used' | 'invalid_token' | null {
  if (now >= expiresAt) return 'invalid_token';
  if (record.spentChallenges.some((spent) => spent.id === id)) return 'token_used';
  return expiresAt > record.spentThrough ? null : 'invalid_token';
}

/**
 * Remembers a token as spent, and forgets those that have expired by every server's clock. Of more than 32, those that
 * expire last are listed, and every token that expires no later than one that was dropped is void.
 */
export function spendChallenge(record: MfaRecord, { id, expiresAt }: Challenge, now: number): MfaRecord {
  const spent = [...record.spentChallenges, { id, expiresAt }]
    .filter((challenge) => now < challenge.expiresAt + CLOCK_SKEW_MS)
    .sort((a, b) => b.expiresAt - a.expiresAt);
  const dropped = spent[SPENT_CHALLENGES]?.expiresAt ?? 0;
  return {
    ...record,
    spentChallenges: spent.slice(0, SPENT_CHALLENGES),
    spentThrough: Math.max(record.spentThrough, dropped),
  };
}

/**
 * Voids every open challenge and every trusted device: call it with each change of factors, and when an enforcement begins.
 * The new epoch is no lower than the clock, so that tokens from before `forget` stay void when the user comes back. Spent
 * tokens stay listed: not every kind of token has an epoch.
 */
export function voidChallenges({ devices: _void, ...record }: MfaRecord, now: number): MfaRecord {
  return { ...record, epoch: Math.max(record.epoch + 1, now) };
}

/** Ends the user's sessions: those signed in with an earlier epoch are refused. Never lower than the clock, like `epoch`. */
export function endSessions(record: MfaRecord, now: number): MfaRecord {
  return { ...record, sessionEpoch: Math.max(record.sessionEpoch + 1, now) };
}
